import type { CodegenConfig } from '@graphql-codegen/cli';

const client = {
  preset: 'client',
  presetConfig: { fragmentMasking: false },
  config: {
    useTypeImports: true,
    importExtension: '.ts',
    strictScalars: true,
    scalars: {
      Decimal: 'string',
      DateTime: 'string',
      Cursor: 'string',
      NotificationData: 'Record<string, string | number | boolean | null>',
    },
    enumsAsTypes: true,
  },
} as const;

// Typed operations of the tests and of the blotter, from the committed schema: nothing is fetched.
const config: CodegenConfig = {
  schema: './schema.graphql',
  generates: {
    'test/generated/': { ...client, documents: 'test/operations/*.graphql' },
    'src/generated/web/': { ...client, documents: 'src/web/*.graphql' },
  },
};

export default config;

import type { CodegenConfig } from '@graphql-codegen/cli';

// Typed operations for the tests, from the committed schema: nothing is fetched.
const config: CodegenConfig = {
  schema: './schema.graphql',
  documents: 'test/operations/*.graphql',
  generates: {
    'test/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        useTypeImports: true,
        importExtension: '.ts',
        strictScalars: true,
        scalars: { Decimal: 'string', DateTime: 'string', Cursor: 'string' },
        enumsAsTypes: true,
      },
    },
  },
};

export default config;

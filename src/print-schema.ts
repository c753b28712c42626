import { writeSync } from 'node:fs';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { schema } from './schema.ts';

writeSync(1, `${printSchema(lexicographicSortSchema(schema))}\n`);

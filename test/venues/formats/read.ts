import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { executionReportSchema } from '../../../src/ingest/execution-report.ts';
import { parseNumberText } from '../../../src/kernel/number-text.ts';
import type { InboundFormat, Reading } from '../../../src/venues/formats/format.ts';

type Fields = Record<string, unknown>;

export const payload = (name: string): string =>
  readFileSync(path.join(import.meta.dirname, 'payloads', `${name}.json`), 'utf8');

/** What is null is as good as absent. */
const withoutNulls = (reading: Reading): Fields | null =>
  reading && Object.fromEntries(Object.entries(reading).filter(([, value]) => value !== null && value !== undefined));

/** What a body says, message by message, without what is null. Every report must be one that ingest can read. */
export function readAll(format: InboundFormat, json: string): readonly (Fields | null)[] {
  return format.split(parseNumberText(json)).map((message) => {
    const reading = format.read(message);
    if (reading !== null && 'execType' in reading) {
      expect(executionReportSchema.safeParse(reading).error?.issues ?? []).toEqual([]);
    }
    return withoutNulls(reading);
  });
}

/** What one message says; numbers of the object are JSON numbers. */
export const readOne = (format: InboundFormat, message: unknown): Fields | null => {
  const all = readAll(format, typeof message === 'string' ? message : JSON.stringify(message));
  expect(all).toHaveLength(1);
  return all[0] ?? null;
};

export const unreadable = (part: string): Fields => ({ unreadable: expect.stringContaining(part) as string });

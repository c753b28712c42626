import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes longest, in this order: a long file that is begun last keeps one worker busy when the others are done. */
const LONG = [
  'faults/faults.e2e',
  'planted/planted',
  'ingest/lost-database.int',
  'web/blotter.e2e',
  'simulation/simulation',
  'e2e/demo.e2e',
  'docs/clients.e2e',
  'ingest/confirm.int',
  'verify/verify.e2e',
  'e2e/graphiql.e2e',
  'venues/alpaca/kill.e2e',
  'venues/submit.int',
  'db/embedded.int',
  'e2e/instances.e2e',
  'e2e/resume.e2e',
  'notifications/kill.e2e',
  'orders/replay.int',
  'ingest/dropped.int',
  'transport/slow-readers.int',
];

/** Vitest knows from the last run how long a file takes. Where there was none, as in CI, it goes by their sizes. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId }: TestSpecification): number => {
      const at = LONG.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
      return at === -1 ? LONG.length : at;
    };
    return (await super.sort(files)).sort((a, b) => placeOf(a) - placeOf(b));
  }
}

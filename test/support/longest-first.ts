import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes longest, in this order: a long file that is begun last keeps one worker busy when the others are done. */
const LONG = [
  'faults/faults.e2e',
  'planted/planted',
  'web/blotter.e2e',
  'ingest/lost-database.int',
  'simulation/simulation',
  'web/notifications.e2e',
  'db/embedded.int',
  'orders/arrival',
  'e2e/demo.e2e',
  'cli/cli.e2e',
  'e2e/resume.e2e',
  'verify/verify.e2e',
  'docs/clients.e2e',
  'e2e/sweeps.e2e',
  'db/migrate.int',
  'e2e/graphiql.e2e',
  'orders/derived',
  'orders/replay.int',
  'transport/slow-readers.int',
  'ingest/confirm.int',
  'client/resume.e2e',
  'stream/reads.int',
  'e2e/processes.e2e',
  'e2e/instances.e2e',
  'e2e/production.e2e',
  'venues/submit.int',
  'ingest/dropped.int',
  'venues/alpaca/kill.e2e',
  'notifications/delivery.int',
  'notifications/kill.e2e',
  'verify/check',
  'orders/model',
  'e2e/event-source.e2e',
  'e2e/delivery.e2e',
  'client/live.e2e',
  'web/demo.e2e',
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

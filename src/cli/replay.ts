import { ask, type Place } from './ask.ts';
import type { Output } from './output.ts';

interface ReplayOptions {
  /** Of these alone; none: of all that wait, or all of a venue. */
  readonly ids: readonly string[];
  readonly venue: string | undefined;
  /** Only says what waits. */
  readonly list: boolean;
}

interface Quarantined {
  readonly id: string;
  readonly venue: string;
  readonly account: string | null;
  readonly reason: string;
  readonly detail: string;
  readonly body: string;
  readonly createdAt: string;
  readonly resolvedAt: string | null;
}

/** As many as a replay takes at once. */
const REPORTS_PER_REQUEST = 100;

const FIELDS = 'id venue account reason detail body createdAt resolvedAt';
const WAITING = `query Waiting($first: Int!, $after: String, $filter: QuarantineFilter) {
  quarantinedReports(first: $first, after: $after, filter: $filter) {
    edges { node { ${FIELDS} } } pageInfo { hasNextPage endCursor }
  }
}`;
const REPLAY = `mutation Replay($ids: [ID!]!) { replayQuarantined(ids: $ids) { ${FIELDS} } }`;

/** Tries again what was set aside, or lists it. True when nothing that was tried still waits. */
export async function replay(place: Place, { ids, venue, list }: ReplayOptions, output: Output): Promise<boolean> {
  const waiting = list || ids.length === 0 ? await readWaiting(place, venue) : [];
  if (list) {
    for (const report of waiting) if (ids.length === 0 || ids.includes(report.id)) show(output, report);
    return true;
  }
  const asked = ids.length > 0 ? ids : waiting.map(({ id }) => id);
  const tried: Quarantined[] = [];
  for (let at = 0; at < asked.length; at += REPORTS_PER_REQUEST) {
    const { replayQuarantined } = await ask<{ replayQuarantined: readonly Quarantined[] }>(place, REPLAY, {
      ids: asked.slice(at, at + REPORTS_PER_REQUEST),
    });
    for (const report of replayQuarantined) show(output, report);
    tried.push(...replayQuarantined);
  }
  const after = tried.length > 0 ? await readWaiting(place, ids.length > 0 ? undefined : venue) : [];
  return !tried.some((report) => stillWaits(report, after));
}

/** What could not be applied waits as it was, or was set aside anew: under another id, with the same body. */
const stillWaits = ({ resolvedAt, venue, body }: Quarantined, waiting: readonly Quarantined[]): boolean =>
  resolvedAt === null ||
  waiting.some((each) => each.venue === venue && each.body === body && each.createdAt >= resolvedAt);

function show(output: Output, report: Quarantined): void {
  const { colors } = output;
  const { id, venue, account, reason, detail, createdAt, resolvedAt } = report;
  const state = resolvedAt === null ? colors.yellow('waits  ') : colors.green('tried  ');
  output.show(
    report,
    () => `${state} ${createdAt}  ${venue}/${account ?? '–'}  ${colors.bold(reason)}  ${detail}  ${colors.dim(id)}`,
  );
}

async function readWaiting(place: Place, venue: string | undefined): Promise<readonly Quarantined[]> {
  const found: Quarantined[] = [];
  let after: string | null = null;
  for (;;) {
    const filter = { resolved: false, ...(venue !== undefined && { venues: [venue] }) };
    const { quarantinedReports: page }: Page = await ask<Page>(place, WAITING, {
      first: REPORTS_PER_REQUEST,
      after,
      filter,
    });
    found.push(...page.edges.map(({ node }) => node));
    if (!page.pageInfo.hasNextPage) return found;
    after = page.pageInfo.endCursor;
  }
}

interface Page {
  readonly quarantinedReports: {
    readonly edges: readonly { readonly node: Quarantined }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

import { ask, type Place } from './ask.ts';
import type { Output } from './output.ts';

interface ReplayOptions {
  /** Ids to replay; none: all that wait, or all of a venue. */
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
  readonly createdAt: string;
  readonly resolvedAt: string | null;
}

/** As many as a replay takes at once. */
const REPORTS_PER_REQUEST = 100;

const FIELDS = 'id venue account reason detail createdAt resolvedAt';
const WAITING = `query Waiting($first: Int!, $after: String, $filter: QuarantineFilter) {
  quarantinedReports(first: $first, after: $after, filter: $filter) {
    edges { node { ${FIELDS} } } pageInfo { hasNextPage endCursor }
  }
}`;
const REPLAY = `mutation Replay($ids: [ID!]!) { replayQuarantined(ids: $ids) { ${FIELDS} } }`;

/** Tries again what was set aside, or lists it. True when nothing that was tried still waits. */
export async function replay(place: Place, options: ReplayOptions, output: Output): Promise<boolean> {
  const before = options.ids.length > 0 ? null : await readWaiting(place, options.venue);
  if (options.list) {
    for (const report of before ?? []) show(output, report);
    return true;
  }
  const ids = before?.map(({ id }) => id) ?? options.ids;
  let allApplied = true;
  for (let at = 0; at < ids.length; at += REPORTS_PER_REQUEST) {
    const asked = { ids: ids.slice(at, at + REPORTS_PER_REQUEST) };
    const { replayQuarantined } = await ask<{ replayQuarantined: readonly Quarantined[] }>(place, REPLAY, asked);
    for (const report of replayQuarantined) show(output, report);
  }
  const after = new Set((await readWaiting(place, options.venue)).map(({ id }) => id));
  if (after.size > 0) allApplied = false;
  return allApplied;
}

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

import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Logged, Seen, Transport } from './history.ts';
import { EVENT_FIELDS, ORDER_FIELDS } from './selection.ts';

const anyRecord = z.record(z.string(), z.unknown());
const dataSchema = z.object({ event: anyRecord, order: anyRecord });

/** An event of the log, with what is read of its data only once, however many clients have seen it. */
export interface Entry extends Logged {
  /** Its data as GraphQL gives it, in the order of the selection; null when it can't be read. */
  readonly selected: () => string | null;
}

export interface LogIndex {
  readonly byId: ReadonlyMap<string, Entry>;
  /** By user, in the order of their offsets. */
  readonly byUser: ReadonlyMap<string, readonly Entry[]>;
}

export function indexLog(log: readonly Logged[]): LogIndex {
  const byId = new Map<string, Entry>();
  const byUser = new Map<string, Entry[]>();
  for (const logged of log) {
    const entry = entryOf(logged);
    if (!byId.has(entry.eventId)) byId.set(entry.eventId, entry);
    const own = byUser.get(entry.user);
    if (own) own.push(entry);
    else byUser.set(entry.user, [entry]);
  }
  for (const entries of byUser.values()) entries.sort((a, b) => a.offset - b.offset);
  return { byId, byUser };
}

function entryOf(logged: Logged): Entry {
  let selected: string | null | undefined;
  return { ...logged, selected: () => (selected === undefined ? (selected = selectionOf(logged.data)) : selected) };
}

function selectionOf(json: string): string | null {
  const data = dataSchema.safeParse(parsed(json)).data;
  if (!data) return null;
  const pick = (from: Record<string, unknown>, names: readonly string[]): object =>
    Object.fromEntries(names.filter((name) => name in from).map((name) => [name, from[name]]));
  return JSON.stringify({ event: pick(data.event, EVENT_FIELDS), order: pick(data.order, ORDER_FIELDS) });
}

/** Whether what arrived is what is logged: byte for byte on /v1/stream, value for value by GraphQL. */
export function isAsLogged({ data }: Pick<Seen, 'data'>, transport: Transport, entry: Entry): boolean {
  if (transport === 'sse' || transport === 'poll') return data === entry.data;
  const selected = entry.selected();
  if (selected === null || data === selected) return data === selected;
  const seen = parsed(data);
  return seen !== undefined && isDeepStrictEqual(seen, parsed(selected));
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

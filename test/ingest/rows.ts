import pg from 'pg';

/** A session of the test's own on the service's database, beside the service. */
export interface Session {
  readonly rows: (sql: string, values?: readonly unknown[]) => Promise<Record<string, unknown>[]>;
  /** The first column of the first row, as a number. */
  readonly count: (sql: string, values?: readonly unknown[]) => Promise<number>;
  readonly end: () => Promise<void>;
}

export async function openSession(databaseUrl: string): Promise<Session> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const rows: Session['rows'] = async (sql, values = []) =>
    (await client.query<Record<string, unknown>>(sql, [...values])).rows;
  return {
    rows,
    count: async (sql, values) => Number(Object.values((await rows(sql, values))[0] ?? {})[0]),
    end: () => client.end(),
  };
}

export interface Stored {
  readonly orders: number;
  readonly events: number;
  readonly executions: number;
  readonly deliveries: number;
  readonly quarantined: number;
}

/** How many rows there are of everything that a delivery may leave. */
export async function stored({ rows }: Session): Promise<Stored> {
  const [row] = await rows(`SELECT (SELECT count(*)::int FROM orders) AS orders,
    (SELECT count(*)::int FROM stream_events) AS events, (SELECT count(*)::int FROM executions) AS executions,
    (SELECT count(*)::int FROM webhook_inbox) AS deliveries,
    (SELECT count(*)::int FROM quarantined_reports) AS quarantined`);
  return row as unknown as Stored;
}

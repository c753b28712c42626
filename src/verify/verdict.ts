/** What a history is judged by: the properties of the reliability reference that concern delivery. */
export const PROPERTIES = {
  C1: 'no loss',
  C2: 'once',
  C3: 'order',
  C4: 'no invention',
  C5: 'isolation',
  C6: 'convergence',
  C8: 'liveness',
} as const;

export type Property = keyof typeof PROPERTIES;

/** One breach, for a person to read. */
export interface Finding {
  readonly property: Property;
  /** Null when it is the log or an order that is wrong, whoever looks at it. */
  readonly client: string | null;
  readonly user: string;
  /** The event's id, where there is one. */
  readonly event: string | null;
  readonly says: string;
}

export interface Counts {
  /** Events that arrived, repeats included. */
  readonly deliveries: number;
  /** Events that a client has never seen, and acknowledged executions that are not in the log. */
  readonly lost: number;
  /** Events seen again, and executions or events that are in the log more than once. */
  readonly repeated: number;
  /** Steps back, holes in the log's own numbering, cursors of another place. */
  readonly reordered: number;
  /** Events that are not in the log, or not as they are there. */
  readonly invented: number;
  /** Events of another user. */
  readonly foreign: number;
  /** Orders whose events do not add up to what they are. */
  readonly diverged: number;
  /** Events that came later than the history allows. */
  readonly late: number;
  /** The longest time from an event's commit, or from the end of the last fault if that is later, to its arrival. */
  readonly catchUpMs: number;
}

export interface Verdict {
  readonly passed: boolean;
  readonly counts: Counts;
  /** In the order of the history's clients. */
  readonly clients: readonly (Counts & { readonly name: string; readonly user: string })[];
  /** At most FINDINGS_PER_PROPERTY_MAX of each property; `counts` has them all. */
  readonly findings: readonly Finding[];
}

export const FINDINGS_PER_PROPERTY_MAX = 20;

const ZERO: Counts = {
  ...{ deliveries: 0, lost: 0, repeated: 0, reordered: 0 },
  ...{ invented: 0, foreign: 0, diverged: 0, late: 0, catchUpMs: 0 },
};

export const sumOf = (all: readonly Counts[]): Counts =>
  all.reduce(
    (sum, each) => ({
      deliveries: sum.deliveries + each.deliveries,
      lost: sum.lost + each.lost,
      repeated: sum.repeated + each.repeated,
      reordered: sum.reordered + each.reordered,
      invented: sum.invented + each.invented,
      foreign: sum.foreign + each.foreign,
      diverged: sum.diverged + each.diverged,
      late: sum.late + each.late,
      catchUpMs: Math.max(sum.catchUpMs, each.catchUpMs),
    }),
    ZERO,
  );

/** True when nothing was found; how much arrived and how fast is no breach. */
export const isClean = ({ deliveries: _, catchUpMs: __, ...breaches }: Counts): boolean =>
  Object.values(breaches).every((count) => count === 0);

type Breach = Exclude<keyof Counts, 'deliveries' | 'catchUpMs'>;
const COUNTED_AS = {
  C1: 'lost',
  C2: 'repeated',
  C3: 'reordered',
  C4: 'invented',
  C5: 'foreign',
  C6: 'diverged',
  C8: 'late',
} as const satisfies Record<Property, Breach>;

/** Takes breaches of one client, or of the log; the findings of all of them go into one list, with a bound. */
export interface Tally {
  readonly found: (property: Property, what: Pick<Finding, 'event' | 'says'>, count?: number) => void;
  readonly counts: (more?: Partial<Pick<Counts, 'deliveries' | 'catchUpMs'>>) => Counts;
}

export function openTally(findings: Finding[], whose: Pick<Finding, 'client' | 'user'>): Tally {
  const breaches = new Map<Breach, number>();
  return {
    found(property, what, count = 1) {
      const name = COUNTED_AS[property];
      breaches.set(name, (breaches.get(name) ?? 0) + count);
      const alike = findings.reduce((n, each) => n + Number(each.property === property), 0);
      if (alike < FINDINGS_PER_PROPERTY_MAX) findings.push({ property, ...whose, ...what });
    },
    counts: (more = {}) => ({ ...ZERO, ...Object.fromEntries(breaches), ...more }),
  };
}

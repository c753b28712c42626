/** A text patch of one file of the tree; `find` must stand in it exactly once. */
export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A test that has to fail, and the words that its failure must have: anything else is not the alarm. */
export interface Check {
  readonly file: string;
  readonly test: string;
  readonly says: RegExp;
}

/** A mistake that somebody could make, and the check that notices it. */
export interface Bug {
  readonly name: string;
  readonly edits: readonly Edit[];
  readonly caughtBy: Check;
}

const lives = (says: RegExp): Check => ({
  file: 'test/simulation/simulation.test.ts',
  test: 'every reader sees every event once and in order or is told, and all catch up',
  says,
});

const edit = (file: string, find: string, replace = ''): Edit => ({ file, find, replace });
const FOLLOW = 'src/stream/follow.ts';
const RESUME = 'src/stream/resume.ts';
const GROUP_COMMIT = 'src/ingest/group-commit.ts';

/** Reading and healing, which the simulation watches. */
const FOLLOWING: readonly Bug[] = [
  {
    name: 'skips the resume: a cursor is taken for "from now on"',
    edits: [edit(RESUME, 'if (!after) return extent.head;', 'if (extent) return extent.head;')],
    caughtBy: lives(/saw \d+ where \d+ was due/),
  },
  {
    name: 'reads history before it has subscribed, and not again',
    edits: [
      edit(FOLLOW, "void live.acknowledged.then(() => hear(follower, 'nudge'));"),
      edit(FOLLOW, 'Promise.race([live.acknowledged, delay(ACKNOWLEDGE_WAIT_MS)])', 'Promise.resolve()'),
    ],
    caughtBy: lives(/saw \d+ only \d+ ms late/),
  },
  {
    name: 'ignores a gap and hands out the later event',
    edits: [edit(FOLLOW, 'offset === follower.last.offset + 1', 'offset > follower.last.offset')],
    caughtBy: lives(/saw \d+ where \d+ was due/),
  },
  {
    name: 'hands out what comes again',
    edits: [
      edit(FOLLOW, 'if (epoch === follower.last.epoch && offset <= follower.last.offset) continue;'),
      edit(FOLLOW, 'offset === follower.last.offset + 1', 'offset <= follower.last.offset + 1'),
    ],
    caughtBy: lives(/saw \d+ again/),
  },
  {
    name: 'drops the events of a full queue with the queue',
    edits: [edit(FOLLOW, 'follower.queue = [];', 'follower.last = message.position; follower.queue = [];')],
    caughtBy: lives(/saw \d+ where \d+ was due/),
  },
  {
    name: 'does not read on behind a full page',
    edits: [edit(FOLLOW, 'if (page.full) follower.behind = true;')],
    caughtBy: lives(/not caught up|saw \d+ only \d+ ms late/),
  },
  {
    name: 'starts at the head when a cursor has expired, and does not say so',
    edits: [
      edit(
        RESUME,
        "throw new ResumeExpiredError('the log cannot be resumed from this cursor');",
        'return extent.head;',
      ),
    ],
    caughtBy: lives(/not caught up|saw \d+ where \d+ was due|from one epoch into another/),
  },
  {
    name: 'goes on from the head when its place is not in the log any more, and does not say so',
    edits: [
      edit(
        FOLLOW,
        "throw new ResumeExpiredError('the position is not in the log any more');",
        'follower.last = page.head; return;',
      ),
    ],
    caughtBy: lives(/not caught up|saw \d+ where \d+ was due|from one epoch into another/),
  },
  {
    name: 'does not compare epochs',
    edits: [edit('src/stream/history.ts', 'epoch === head.epoch && ')],
    caughtBy: lives(/not caught up|from one epoch into another/),
  },
  {
    name: 'forgets a message that is heard while the log is read',
    edits: [
      edit(FOLLOW, 'if (page.full) follower.behind = true;', 'follower.behind = page.full; follower.queue = [];'),
    ],
    caughtBy: lives(/saw \d+ only \d+ ms late/),
  },
];

/** The bus, its beats and the floor check. */
const CARRYING: readonly Bug[] = [
  {
    name: 'forgets the heartbeat: beats are never lost',
    edits: [edit('src/stream/beat.ts', 'if (now - last <= BEAT_MISSED_MS) return;', 'if (now >= 0) return;')],
    caughtBy: lives(/not live again|the bus does not come back|ms late/),
  },
  {
    name: 'checks no floor',
    edits: [edit('src/stream/floor.ts', 'void check();', 'void check;')],
    caughtBy: lives(/not caught up|ms late/),
  },
  {
    name: 'does not nudge its followers when the connection is back',
    edits: [edit('src/stream/bus.ts', "for (const user of followed.keys()) tell(user, 'nudge');")],
    caughtBy: {
      file: 'test/stream/bus.test.ts',
      test: 'tells every follower to look at the log when the engine is back',
      says: /to deeply equal/,
    },
  },
  {
    name: 'trusts a connection that is ready before its channels are subscribed again',
    edits: [
      edit('src/stream/redis-bus.ts', 'subscriber.on(event, () => beats.renewed());', '((): string => event)();'),
    ],
    caughtBy: {
      file: 'test/stream/redis-bus.test.ts',
      test: 'is degraded from the cut of its connection until a beat comes over the new one, and nudges then',
      says: /expected false to be true/,
    },
  },
  {
    name: 'never makes a half-open publisher anew',
    edits: [edit('src/stream/redis-bus.ts', 'const ends = [subscriber, publisher];', 'const ends = [subscriber];')],
    caughtBy: lives(/the bus does not come back/),
  },
  {
    name: 'lets go of a user when the first of several followers leaves',
    edits: [edit('src/stream/bus.ts', 'entry.listeners.size > 0 || ')],
    caughtBy: lives(/not caught up|not live again|ms late/),
  },
  {
    name: 'mixes up the answers of reads that go to the database together',
    edits: [edit('src/stream/batch.ts', 'values[n] as V', 'values[0] as V')],
    caughtBy: lives(/saw .+, where .+ was committed|where \d+ was due|RESUME_EXPIRED/),
  },
  {
    name: 'binds a cursor to no user',
    edits: [edit('src/kernel/position.ts', '.update(user)')],
    caughtBy: { file: 'test/kernel/position.test.ts', test: 'is null for another user', says: /to be null/ },
  },
];

/** Writing, against a real PostgreSQL. */
const COMMITTING: readonly Bug[] = [
  {
    name: 'drops the unique index on executions',
    edits: [
      edit(
        'prisma/migrations/20261120000000_spine/migration.sql',
        'PRIMARY KEY ("venue","exec_id")',
        'PRIMARY KEY ("venue","exec_id","order_id")',
      ),
    ],
    caughtBy: {
      file: 'test/ingest/two-processes.int.test.ts',
      test: 'an execId that two accounts’ reports carry at once counts for one of them, the other is set aside',
      says: /AssertionError/,
    },
  },
  {
    name: 'applies an execution that was applied before',
    edits: [edit('src/ingest/apply-report.ts', 'if (known && report', 'if (known && !known && report')],
    caughtBy: {
      file: 'test/ingest/once.int.test.ts',
      test: 'that comes again, in another delivery, is a duplicate',
      says: /AssertionError/,
    },
  },
  {
    name: 'forgets which deliveries were answered',
    edits: [
      edit(
        'src/ingest/load.ts',
        'const inbox = await readInbox(tx, deliveries);',
        'const inbox = await readInbox(tx, []);',
      ),
    ],
    caughtBy: {
      file: 'test/ingest/body.int.test.ts',
      test: 'that comes again with the same body is answered 200 and changes nothing',
      says: /AssertionError/,
    },
  },
  {
    name: 'publishes before the commit',
    edits: [
      edit(
        GROUP_COMMIT,
        'mode: attempt.mode }),',
        'mode: attempt.mode }).then((applied) => (bus.publish(applied.events), applied)),',
      ),
    ],
    caughtBy: {
      file: 'test/ingest/commit.int.test.ts',
      test: 'a delivery whose COMMIT fails is not answered as taken, nothing of it is told or kept, and it may come again',
      says: /to deeply equal \[\]/,
    },
  },
  {
    name: 'answers 2xx before the commit',
    edits: [
      edit(
        GROUP_COMMIT,
        'mode: attempt.mode }),',
        `mode: attempt.mode }).then((applied) => {
          for (const item of items) item.resolve(applied.outcomes.get(item.delivery) ?? { status: 'conflict' });
          return applied;
        }),`,
      ),
    ],
    caughtBy: {
      file: 'test/ingest/commit.int.test.ts',
      test: 'a delivery whose COMMIT fails is not answered as taken, nothing of it is told or kept, and it may come again',
      says: /instead of rejecting/,
    },
  },
  {
    name: 'allocates the offset outside the lock',
    edits: [
      edit(
        'src/stream/append.ts',
        'SET "offset" = head."offset" + added.count',
        'SET "offset" = (SELECT seen."offset" FROM stream_heads AS seen WHERE seen.user_id = head.user_id) + added.count',
      ),
    ],
    caughtBy: {
      file: 'test/stream/append.int.test.ts',
      test: 'are placed one behind the other: the second waits for the first',
      says: /Unique constraint|duplicate key|to deeply equal/i,
    },
  },
];

export const BUGS: readonly Bug[] = [...FOLLOWING, ...CARRYING, ...COMMITTING];

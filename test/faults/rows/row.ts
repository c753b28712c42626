import type { ClientHistory, Logged, Transport } from '../../../src/verify/history.ts';
import type { Apps, AppsOptions, Kind } from '../clients.ts';
import type { Dice } from '../dice.ts';
import type { Attempt, Sender } from '../sender.ts';
import type { Stage, StageOptions } from '../stage.ts';

/** What a fault has to work with. */
export interface Scene {
  readonly stage: Stage;
  readonly apps: Apps;
  readonly sender: Sender;
  readonly dice: Dice;
  /** Fails the run. */
  readonly find: (finding: string) => void;
  /** Stands beside the verdict. */
  readonly note: (text: string) => void;
}

/** One fault of a run: when it begins, after the load began, and what it does; it is over when `run` resolves. */
export interface Step {
  readonly atMs: number;
  readonly what: string;
  readonly run: (scene: Scene) => Promise<void> | void;
}

/** A fault as it was. Milliseconds since 1970. */
export interface Window {
  readonly what: string;
  readonly from: number;
  readonly to: number;
  /** It was what the schedule has, from first to last. */
  readonly isDone: boolean;
}

/** What is left when a run is over. */
export interface Aftermath {
  readonly windows: readonly Window[];
  readonly attempts: readonly Attempt[];
  readonly log: readonly Logged[];
  readonly clients: readonly (ClientHistory & { readonly isSpecial: boolean; readonly kind: Kind })[];
  /** Was slower than before: fails the run, where the machine had nothing else to do. */
  readonly slow: (finding: string) => void;
}

export interface Load {
  /** Users that orders are reported of. */
  readonly users: number;
  readonly appsPerUser: number;
  /** Events a second, and for how long at least. */
  readonly rate: number;
  readonly seconds: number;
  readonly textCharacters: number;
  readonly socketsOnly: boolean;
  /** Apps on `fillstream/client` beside those. */
  readonly kitApps: number;
}

export interface PlanOptions {
  readonly dice: Dice;
  readonly seed: number;
  /** As long as part A7 has them, rather than short enough for a run of every row. */
  readonly long: boolean;
}

/** A row of the fault matrix. */
export interface Row {
  readonly id: string;
  readonly title: string;
  /** Where it is not as part A7 has it. */
  readonly differs?: string;
  readonly stage?: StageOptions;
  readonly load?: Partial<Load>;
  readonly apps?: Pick<AppsOptions, 'special' | 'recorder'>;
  /** Apps that are special have a line of their own, specialClients. */
  readonly specialOnOwnLine?: boolean;
  readonly catchUpMs?: number;
  /** How late the log's events may reach a WebSocket at most, from first to last. */
  readonly lagMsMax?: number;
  /** Connections that must have been made anew at least, of hundred apps at each fault. */
  readonly reconnectsPercent?: number;
  /** The schedule, from the seed. */
  readonly plan: (options: PlanOptions) => readonly Step[];
  /** What is expected beyond the base. */
  readonly expect?: (aftermath: Aftermath, find: Scene['find']) => void;
  /** Why it can't be run here. */
  readonly unfit?: () => string | null;
}

export type { Transport };

export type { Ask } from './ask.ts';
export type { Backoff } from './backoff.ts';
export { createFillstream, type Fillstream } from './client.ts';
export type { Cursor } from './cursor.ts';
export type { Order, OrderConnection, OrderEvent, OrderFilter, OrderStatus, OrderUpdate } from './generated/schema.ts';
export type { Fault, Transport } from './machine.ts';
export { type GraphqlFault, type Sink, SubscriptionError } from './member.ts';
export type { Request, Variables } from './operation.ts';
export type {
  AppFacts,
  ClientFault,
  ClientOptions,
  GetToken,
  Patience,
  Presence,
  PresenceReport,
  Reload,
  ReloadReason,
} from './settings.ts';
export type { ConnectionState, ConnectionStatus, Store } from './status.ts';

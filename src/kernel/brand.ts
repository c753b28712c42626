declare const brand: unique symbol;

/** A string that has been checked to be a K; made only by the function of its name. */
export type Brand<K extends string> = string & { readonly [brand]: K };

/** The `sub` of a token, as it stands. */
export type UserId = Brand<'UserId'>;
export const userId = (text: string): UserId => text as UserId;

/** A UUID of ours. Apps see it as a Relay global id. */
export type OrderId = Brand<'OrderId'>;
export const orderId = (text: string): OrderId => text as OrderId;

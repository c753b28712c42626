import { describe, expect, it } from 'vitest';
import { isDatabaseAway, isLockTimeout, isTransient, isUnanswered, sqlState } from '../../src/db/transaction.ts';
import { Prisma } from '../../src/generated/prisma/client.ts';

/** As Prisma's driver adapter reports it; `kind` without a SQLSTATE when PostgreSQL did not answer. */
const prisma = (code: string, cause: object = {}): Error =>
  new Prisma.PrismaClientKnownRequestError('it failed', {
    code,
    clientVersion: '7',
    meta: { driverAdapterError: { name: 'DriverAdapterError', cause } },
  });
const raw = (sqlstate: string): Error => prisma('P2010', { originalCode: sqlstate, kind: 'postgres' });
const socket = (code: string): Error => Object.assign(new Error('it failed'), { code });

describe('a database that is away', () => {
  it.each([
    ['refuses', prisma('P2010', { kind: 'DatabaseNotReachable' })],
    ['refuses a transaction', prisma('P1001', { kind: 'DatabaseNotReachable' })],
    ['refuses on both addresses of a name', socket('ECONNREFUSED')],
    ['resets', prisma('P2010', { kind: 'ConnectionClosed' })],
    ['is cut off', socket('EPIPE')],
    ['breaks off', new Error('Connection terminated unexpectedly')],
    ['broke off before', new Error('Client has encountered a connection error and is not queryable')],
    ['does not answer', new Error('Connection terminated')],
    ['does not take the connection', new Error('Connection terminated due to connection timeout')],
    ['has no connection free', new Error('timeout exceeded when trying to connect')],
    ['begins no transaction in time', prisma('P2028')],
    ['is full', prisma('P2037', { originalCode: '53300' })],
    ['stops', raw('57P01')],
    ['has no disk left', raw('53100')],
  ])('%s', (_name, error) => {
    expect([isDatabaseAway(error), isDatabaseAway(new Error('outer', { cause: error }))]).toEqual([true, true]);
  });

  it.each([
    ['a deadlock', raw('40P01')],
    ['a lock time-out', raw('55P03')],
    ['a wrong statement', raw('42601')],
    ['a repeated name', prisma('P2002', { originalCode: '23505' })],
    ['a bug', new TypeError('x is not a function')],
    ['a bug in a query', new Prisma.PrismaClientValidationError('Unknown argument', { clientVersion: '7' })],
    ['nothing', undefined],
  ])('is not %s', (_name, error) => {
    expect(isDatabaseAway(error)).toBe(false);
  });

  it('let the time run out, or said so at once', () => {
    expect(isUnanswered(new Error('Connection terminated'))).toBe(true);
    expect(isUnanswered(prisma('P2028'))).toBe(true);
    expect(isUnanswered(new Error('Connection terminated unexpectedly'))).toBe(false);
    expect(isUnanswered(raw('57P01'))).toBe(false);
  });
});

describe('what may pass in a moment', () => {
  it('is a lost race, a held row, a late start', () => {
    for (const error of [raw('40001'), raw('40P01'), raw('55P03'), prisma('P2028'), prisma('P2034')])
      expect(isTransient(error)).toBe(true);
    expect(isLockTimeout(raw('55P03'))).toBe(true);
  });

  it('has PostgreSQL’s own word for it, never Prisma’s or the system’s', () => {
    expect(sqlState(raw('40P01'))).toBe('40P01');
    expect([prisma('P1001'), socket('EPIPE'), new Error('x')].map(sqlState)).toEqual([null, null, null]);
  });
});

import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { authenticate } from '../../src/ingest/authenticate.ts';

const NOW = new Date('2026-03-02T15:00:00Z');
const SECRET = `whsec_${randomBytes(32).toString('base64')}`;
const BODY = '{}';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

it.each([
  [-301, null],
  [-300, 'msg_1'],
  [0, 'msg_1'],
  [300, 'msg_1'],
  [301, null],
])('when our clock stands still, a signature of %i s from now gives %j', (seconds, id) => {
  const at = new Date(NOW.getTime() + seconds * 1_000);
  const headers = new Headers({
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(at.getTime() / 1_000),
    'webhook-signature': new Webhook(SECRET).sign('msg_1', at, BODY),
  });
  expect(authenticate('standard', [SECRET], { headers, body: Buffer.from(BODY) })).toBe(id);
});

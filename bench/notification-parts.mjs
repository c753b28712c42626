// The least that decides and words, so that what is measured is the way from the log to the providers.
const CHANNELS = ['IN_APP', 'PUSH', 'EMAIL', 'SMS', 'WEBHOOK'];
const TYPES = { NEW: 'ORDER_SUBMITTED', REJECTED: 'ORDER_REJECTED' };
const PREFERENCES = {
  locale: 'en',
  timeZone: 'UTC',
  contacts: { email: null, phone: '+4915112345678', webhook: null },
  contactStates: { SMS: 'VERIFIED' },
};

/** Each notification goes into the feed and to one address at this provider. */
export const benchParts = (url) => ({
  factsOf: (userId, { event, order }) => [
    {
      ...{ userId, type: TYPES[event.execType], key: `event:${event.id}`, occurredAt: new Date(event.committedAt) },
      ...{ orderId: order.id, symbol: order.symbol, strategy: null, data: { quantity: order.quantity } },
    },
  ],
  route: () =>
    CHANNELS.map((channel) =>
      channel === 'IN_APP' || channel === 'SMS'
        ? { channel, action: 'SEND', reason: 'DEFAULT' }
        : { channel, action: 'SUPPRESS', reason: 'NOT_FOR_TYPE' },
    ),
  wordsOf: ({ type }) => ({ title: type, body: '', html: null, direction: 'ltr' }),
  digest: async () => ({ dropped: [], data: {} }),
  readPreferences: async (_db, users) => new Map(users.map((user) => [user, PREFERENCES])),
  readDevices: async () => new Map(),
  onScreen: async () => new Set(),
  unread: async () => new Map(),
  feed: { append: async () => undefined },
  reports: { figures: async () => ({}), nextAt: () => null },
  ports: {
    SMS: {
      ...{ kind: 'SMS', idempotent: false },
      async send({ id }, { phone }, signal) {
        const response = await fetch(url, { method: 'POST', body: JSON.stringify({ id, phone }), signal });
        await response.text();
        return response.ok ? { status: 'sent', providerId: id } : { status: 'later', text: 'no', retryAfterMs: null };
      },
      close: async () => undefined,
    },
  },
});

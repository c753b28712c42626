import { afterAll, beforeAll, expect, it } from 'vitest';
import { fillOf, opening } from '../ingest/desk.ts';
import { type Asked, postReports } from '../support/client.ts';
import { startService, type TestService } from '../support/service.ts';
import { marketOrder, openTrader } from '../support/trader.ts';
import { until } from '../support/until.ts';
import { data, watchNotifications } from './app.ts';
import { type FcmDouble, openFcmDouble } from './channels/doubles/fcm.ts';

const WITHIN = { withinMs: 20_000 };
let fcm: FcmDouble;
let service: TestService;
let ann: Required<Asked>;
beforeAll(async () => {
  fcm = await openFcmDouble();
  const push = { FCM_SERVICE_ACCOUNT: fcm.serviceAccount, FCM_URL: fcm.url };
  service = await startService({ env: { NOTIFICATIONS: '1', ...push } });
  ann = await openTrader(service.url, 'ann');
});
afterAll(async () => {
  await service.stop();
  await fcm.close();
});

const REGISTER = `mutation { registerDevice(input: {
  installation: "phone", platform: ANDROID, permission: GRANTED, fcmToken: "token" }) { refusal { code } } }`;
const MUTE = `mutation ($mutedStrategies: [String!]) {
  setNotificationPreferences(input: { mutedStrategies: $mutedStrategies }) { refusal { code } } }`;
const PLACE = 'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { refusal { code } } }';
const MUTED = '{ notifications { edges { node { id deliveries(channel: PUSH) { reason } } } } }';

/** An order that is filled at once. */
async function trade(strategy: string | null): Promise<void> {
  const input = marketOrder({ venue: 'standard', strategy });
  expect(await data(ann, PLACE, { input })).toEqual({ placeOrder: { refusal: null } });
  const order = opening({ account: 'ann', clOrdId: input.clOrdId });
  await postReports(service.url, [order, fillOf(order, { lastQty: '100' })]);
}

interface Listed {
  readonly notifications: {
    readonly edges: { readonly node: { readonly id: string; readonly deliveries: { readonly reason: string }[] } }[];
  };
}

it('the orders of a strategy are a channel of its own, which can be muted', async () => {
  await data(ann, REGISTER);
  const watch = watchNotifications(ann, { strategies: ['momentum'] });
  const live = watch.take(4);
  await trade(null);
  await trade('momentum');
  await until(() => fcm.messages.length === 2, WITHIN);
  await data(ann, MUTE, { mutedStrategies: ['momentum'] });
  await trade('momentum');
  const updates = await live;
  watch.cut();
  expect(new Set(updates.map(({ notification }) => notification.strategy))).toEqual(new Set(['momentum']));
  const ofLast = updates.slice(2).map(({ notification }) => notification.id);
  await until(async () => {
    const { notifications } = await data<Listed>(ann, MUTED);
    const muted = notifications.edges.filter(({ node }) => node.deliveries[0]?.reason === 'MUTED_STRATEGY');
    return muted.length === 1 && ofLast.includes(muted[0]?.node.id ?? '');
  }, WITHIN);
  expect(fcm.messages).toHaveLength(2);
});

// The apps' side: GraphQL over HTTP, and one subscriber for each user over graphql-transport-ws.
import { WebSocket } from 'ws';
import { tokenOf } from './sign.mjs';

export const WATCH = `subscription Watch($after: Cursor) {
  orderUpdated(after: $after) {
    cursor
    event { execId execType status lastQty lastPx text committedAt }
    order { id clOrdId symbol side quantity status cumQty leavesQty avgPx version }
  }
}`;
const LINK = `mutation Link($user: ID!, $account: String!) {
  linkVenueAccount(venue: "standard", account: $account, userId: $user) { userId }
}`;

async function ask(url, { token, query, variables = {} }) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(`GraphQL answered: ${JSON.stringify(errors)}`);
  return data;
}

/** Gives each user the venue account of the same name. */
export async function linkAccounts(url, users) {
  const token = tokenOf('bench-operator', 'admin');
  for (const user of users) await ask(url, { token, query: LINK, variables: { user, account: user } });
}

const ORDERS = { query: WATCH, field: 'orderUpdated', from: '{ position }' };
/** Everything that is told, orders apart. */
export const NOTIFICATIONS = {
  query: `subscription Told($after: Cursor) {
  notificationReceived(after: $after) { change notification { orderId critical } }
}`,
  field: 'notificationReceived',
  from: '{ position: notifications(first: 1) { position } }',
};

/** Subscribes as this user from the stream's present end on; `see` is called with each update. */
export async function openSubscriber(url, { user, see, fault, what: { query, field, from } = ORDERS }) {
  const token = tokenOf(user, 'read');
  const { position } = await ask(url, { token, query: from });
  const after = position.position ?? position;
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws');
  const send = (message) => socket.send(JSON.stringify(message));
  let closing = false;
  await new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', () => send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
    socket.on('message', (raw) => {
      const at = performance.now();
      const { type, payload } = JSON.parse(raw);
      if (type === 'next' && payload.data) see(payload.data[field], { user, at, bytes: raw.length });
      else if (type === 'ping') send({ type: 'pong' });
      else if (type === 'connection_ack') {
        send({ id: '1', type: 'subscribe', payload: { query, variables: { after } } });
        resolve();
      } else if (type !== 'pong') fault(`a subscriber received ${raw}`);
    });
    socket.once('close', (code) => closing || fault(`a subscriber was closed with ${code}`));
  });
  return {
    close() {
      closing = true;
      socket.close();
    },
  };
}

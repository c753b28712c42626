// What the numbers are compared with: a bare Node process that parses the same webhooks and pushes frames of the same size over
// `ws`. No signature, no database, no GraphQL: what HTTP, JSON and a WebSocket cost on this machine.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { LAST_VERSION } from './orders.mjs';

const frameBytes = Number(process.env.FRAME_BYTES);
const subscribers = new Map();
const versions = new Map();

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(chunks).toString());
    response.setHeader('content-type', 'application/json');
    if (request.url === '/graphql') response.end('{"data":{"position":"0"}}');
    else response.end(JSON.stringify({ accepted: push(body.data), duplicates: 0, quarantined: 0 }));
  });
});

new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (socket) => {
  socket.on('message', (raw) => {
    const { type, payload } = JSON.parse(raw);
    if (type !== 'connection_init') return;
    const claims = JSON.parse(Buffer.from(payload.authorization.split('.')[1], 'base64url'));
    subscribers.set(claims.sub, socket);
    socket.send('{"type":"connection_ack"}');
  });
});

function push(reports) {
  for (const report of reports) subscribers.get(report.account)?.send(frameOf(report));
  return reports.length;
}

function frameOf({ execId, clOrdId }) {
  const version = (versions.get(clOrdId) ?? 0) + 1;
  if (version === LAST_VERSION) versions.delete(clOrdId);
  else versions.set(clOrdId, version);
  const order = { id: clOrdId, version, status: version === LAST_VERSION ? 'FILLED' : 'PARTIALLY_FILLED' };
  const update = { event: { execId }, order, rest: '' };
  const frame = { id: '1', type: 'next', payload: { data: { orderUpdated: update } } };
  update.rest = 'x'.repeat(Math.max(0, frameBytes - JSON.stringify(frame).length));
  return JSON.stringify(frame);
}

process.on('SIGTERM', () => process.exit(0));
server.listen(0, '127.0.0.1', () => console.log(`ready at http://127.0.0.1:${server.address().port}`));

import { generateKeyPairSync } from 'node:crypto';
import http2, { type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { jwtVerify } from 'jose';
import { CERT, KEY } from './certificate.ts';
import type { Reply } from './http-double.ts';

export interface ApnsMessage {
  readonly token: string;
  readonly headers: IncomingHttpHeaders;
  readonly payload: Readonly<Record<string, unknown>> & { readonly aps: Readonly<Record<string, unknown>> };
}

/** As of http-double.ts; `refuse` gives the stream back unhandled, `go away` ends the connection without a look at it. */
export type ApnsFault = 'cut after' | 'hang' | 'refuse' | 'go away' | Reply;

export interface ApnsDouble {
  readonly url: string;
  /** For APNS_KEY, with KEY_ID and TEAM_ID. */
  readonly key: string;
  readonly messages: ApnsMessage[];
  /** The tokens that it was shown. */
  readonly providerTokens: Set<string>;
  /** Devices that are gone, and since when. */
  readonly unregistered: Map<string, Date>;
  connections(): number;
  plan(...faults: readonly ApnsFault[]): void;
  close(): Promise<void>;
}

export const [KEY_ID, TEAM_ID, TOPIC] = ['ABC123DEFG', 'DEF123GHIJ', 'com.example.fillstream'];

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Apple's push service: HTTP/2, over TLS unless told otherwise; takes only what a provider's own key vouches for (ES256). */
export async function openApnsDouble({ tls = true, clock = () => new Date() } = {}): Promise<ApnsDouble> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const messages: ApnsMessage[] = [];
  const providerTokens = new Set<string>();
  const unregistered = new Map<string, Date>();
  const planned: ApnsFault[] = [];
  const sessions = new Set<ServerHttp2Session>();
  let connections = 0;

  const faultOf = async (headers: IncomingHttpHeaders, body: string): Promise<Reply | null> => {
    const [, bearer = ''] = /^bearer (.+)$/.exec(headers.authorization ?? '') ?? [];
    providerTokens.add(bearer);
    try {
      const { protectedHeader } = await jwtVerify(bearer, publicKey, {
        ...{ algorithms: ['ES256'], issuer: TEAM_ID, maxTokenAge: '1 h', clockTolerance: 5, currentDate: clock() },
      });
      if (protectedHeader.kid !== KEY_ID) return reason(403, 'InvalidProviderToken');
    } catch {
      return reason(403, 'InvalidProviderToken');
    }
    if (headers['apns-topic'] !== TOPIC) return reason(400, 'BadTopic');
    if (!UUID.test(String(headers['apns-id']))) return reason(400, 'BadMessageId');
    if (Buffer.byteLength(String(headers['apns-collapse-id'])) > 64) return reason(400, 'BadCollapseId');
    if (!/^\d+$/.test(String(headers['apns-expiration']))) return reason(400, 'BadExpirationDate');
    if (!['5', '10'].includes(String(headers['apns-priority']))) return reason(400, 'BadPriority');
    return Buffer.byteLength(body) > 4_096 ? reason(413, 'PayloadTooLarge') : null;
  };
  const serve = async (headers: IncomingHttpHeaders, body: string): Promise<Reply> => {
    const fault = await faultOf(headers, body);
    if (fault) return fault;
    const [, token = ''] = /^\/3\/device\/(\w+)$/.exec(headers[':path'] ?? '') ?? [];
    const deadSince = unregistered.get(token);
    if (deadSince) return reason(410, 'Unregistered', deadSince.getTime());
    messages.push({ token, headers, payload: JSON.parse(body) as ApnsMessage['payload'] });
    return { status: 200, headers: { 'apns-id': String(headers['apns-id']) } };
  };
  const take = async (stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> => {
    stream.on('error', () => undefined);
    const fault = planned.shift();
    if (fault === 'refuse') {
      stream.close(http2.constants.NGHTTP2_REFUSED_STREAM);
      return;
    }
    if (fault === 'go away') {
      // The one before is the last that was looked at.
      stream.session?.goaway(http2.constants.NGHTTP2_NO_ERROR, Math.max((stream.id ?? 0) - 2, 1));
      setImmediate(() => stream.session?.destroy());
      return;
    }
    let body = '';
    for await (const chunk of stream.setEncoding('utf8')) body += chunk as string;
    const reply = typeof fault === 'object' ? fault : await serve(headers, body);
    if (fault === 'cut after') {
      stream.session?.destroy();
      return;
    }
    if (fault === 'hang') return;
    stream.respond({ ':status': reply.status, ...reply.headers });
    stream.end(reply.body === undefined ? '' : JSON.stringify(reply.body));
  };

  const server = tls ? http2.createSecureServer({ cert: CERT, key: KEY }) : http2.createServer();
  server.on('session', (session) => {
    connections++;
    sessions.add(session);
    session.on('error', () => undefined).once('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => void take(stream, headers));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, messages, providerTokens, unregistered },
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    connections: () => connections,
    plan: (...faults) => void planned.push(...faults),
    close: async () => {
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const reason = (status: number, text: string, timestamp?: number): Reply => ({
  status,
  body: { reason: text, ...(timestamp !== undefined && { timestamp }) },
});

import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import type { BrowserContext } from 'playwright-core';
import { CERT, KEY } from '../notifications/channels/doubles/certificate.ts';
import { openHttpDouble, type Received, type Reply } from '../notifications/channels/doubles/http-double.ts';
import { isVouchedFor } from '../notifications/channels/doubles/push-service.ts';

export interface ChromiumPush {
  /** Where pushes are taken. */
  readonly url: string;
  /** Lead a browser here. */
  readonly switches: readonly string[];
  close(): Promise<void>;
}

/** What a browser has subscribed for, as it registers it. */
interface Registered {
  readonly device: string;
  /** The key of the service. */
  readonly sender: string;
  readonly app: string;
  readonly subtype: string;
}

/** Tags of the line by which messages come to the browser (google_apis/gcm/protocol/mcs.proto). */
const [VERSION, LOGIN_RESPONSE, DATA_MESSAGE] = [41, 3, 8];

/**
 * What Chromium asks of Google, which is not to be reached from here: a name for the device, registrations, and the line by which
 * messages come; with the push service before it (RFC 8030). The rest is Chromium's: subscriptions, keys, decryption.
 */
export async function openChromiumPush(): Promise<ChromiumPush> {
  const registrations = new Map<string, Registered>();
  const lines = openLines();
  const register = ({ body }: Received): Reply => {
    const form = new URLSearchParams(body.toString());
    const [device, sender, app, subtype] = ['device', 'sender', 'app', 'X-subtype'].map((name) => form.get(name) ?? '');
    const registered = { device, sender, app, subtype } as Registered;
    for (const [token, other] of registrations)
      if (form.has('delete') && other.subtype === subtype) registrations.delete(token);
    const token = randomUUID();
    if (!form.has('delete')) registrations.set(token, registered);
    return { status: 200, body: `token=${token}` };
  };
  const take = async ({ path, headers, body }: Received): Promise<Reply> => {
    const to = registrations.get(path.split('/').at(-1) ?? '');
    if (!to) return { status: 410 };
    const known = { origin: double.url, publicKey: to.sender };
    if (!(await isVouchedFor(headers.authorization ?? '', known))) return { status: 403 };
    lines.write(to.device, messageOf(to, body));
    return { status: 201, headers: { location: `${double.url}/message` } };
  };
  const double = await openHttpDouble((request) => {
    if (request.path.startsWith('/checkin')) return { status: 200, body: lines.open() };
    return request.path.startsWith('/register') ? register(request) : take(request);
  });
  const port = await lines.listen();
  return {
    url: double.url,
    switches: [
      `--gcm-checkin-url=${double.url}/checkin`,
      `--gcm-registration-url=${double.url}/register`,
      `--gcm-mcs-endpoint=https://localhost:${port}`,
      '--ignore-certificate-errors',
    ],
    close: async () => {
      lines.close();
      await double.close();
    },
  };
}

/** The push services that Chromium names are in the Internet: what the page tells the service of is here. */
export const leadHere = (context: BrowserContext, { url }: ChromiumPush): Promise<unknown> =>
  context.route('**/graphql', (route, request) =>
    route.continue({
      postData: (request.postData() ?? '').replaceAll(/https:\/\/[\w.]+(?=\/fcm\/send\/)/g, url),
    }),
  );

function openLines() {
  const [lines, owed] = [new Map<string, TLSSocket>(), new Map<string, Buffer[]>()];
  const server = createServer({ cert: CERT, key: KEY }, (socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (login: Buffer) => {
      const device = [...owed.keys()].find((each) => login.includes(each)) ?? '';
      lines.set(device, socket);
      socket.write(Buffer.concat([Buffer.from([VERSION]), framed(LOGIN_RESPONSE, field(1, 'login'))]));
      for (const message of owed.get(device)?.splice(0) ?? []) socket.write(message);
    });
  });
  return {
    listen: (): Promise<number> =>
      new Promise((resolve) => server.listen(0, () => resolve((server.address() as AddressInfo).port))),
    /** @returns the answer to a check-in (checkin.proto): a new device, and the secret that goes with it */
    open(): Buffer {
      const device = 1_000_000_000 + owed.size;
      owed.set(String(device), []);
      const [ok, id, secret] = [Buffer.from([1 << 3, 1]), fixed64(7, device), fixed64(8, 1)];
      return Buffer.concat([ok, id, secret]);
    },
    /** Now, or once the device has come. */
    write(device: string, message: Buffer): void {
      const line = lines.get(device);
      if (line?.writable) line.write(message);
      else owed.get(device)?.push(message);
    },
    close(): void {
      for (const line of lines.values()) line.destroy();
      server.close();
    },
  };
}

/** DataMessageStanza. */
function messageOf({ sender, app, subtype }: Registered, encrypted: Buffer): Buffer {
  const said = (key: string, value: string): Buffer => field(7, Buffer.concat([field(1, key), field(2, value)]));
  const about = [said('subtype', subtype), said('content-encoding', 'aes128gcm')];
  return framed(DATA_MESSAGE, Buffer.concat([field(3, sender), field(5, app), ...about, field(21, encrypted)]));
}

const framed = (tag: number, message: Buffer): Buffer =>
  Buffer.concat([Buffer.from([tag]), varint(message.length), message]);

/** Of Protocol Buffers, with a length before it. */
function field(number: number, value: string | Buffer): Buffer {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

function fixed64(number: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return Buffer.concat([varint((number << 3) | 1), bytes]);
}

const varint = (value: number): Buffer =>
  value < 128
    ? Buffer.from([value])
    : Buffer.concat([Buffer.from([(value % 128) | 128]), varint(Math.floor(value / 128))]);

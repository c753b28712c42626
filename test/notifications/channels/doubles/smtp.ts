import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { CERT, KEY } from './certificate.ts';

export interface Mail {
  readonly to: string;
  /** As it came, headers and all. */
  readonly source: string;
  readonly isEncrypted: boolean;
  readonly user: string | null;
}

export type SmtpFault =
  | { readonly at: 'RCPT' | 'DATA'; readonly code: number; readonly text: string }
  /** The mail is taken and the answer does not come; or the connection is cut instead. */
  | 'hang'
  | 'cut after';

export interface SmtpDouble {
  /** For SMTP_URL: with a user and password where it asks for them. */
  readonly url: string;
  readonly port: number;
  readonly mails: Mail[];
  plan(...faults: readonly SmtpFault[]): void;
  close(): Promise<void>;
}

export const [USER, PASSWORD] = ['fillstream', 'p@ss/word:that-must-not-be-logged'];

/** A real SMTP server. With `auth` it wants STARTTLS and a password; without, it takes mail from anybody, in plain text. */
export async function openSmtpDouble({ auth = true } = {}): Promise<SmtpDouble> {
  const mails: Mail[] = [];
  const planned: SmtpFault[] = [];
  const faultAt = (at: 'RCPT' | 'DATA'): Error | null => {
    const [next] = planned;
    if (typeof next !== 'object' || next.at !== at) return null;
    planned.shift();
    return Object.assign(new Error(next.text), { responseCode: next.code });
  };
  const server = new SMTPServer({
    ...{ cert: CERT, key: KEY, authOptional: !auth, disableReverseLookup: true, logger: false, closeTimeout: 50 },
    disabledCommands: auth ? [] : ['STARTTLS', 'AUTH'],
    onAuth: ({ username, password }, _session, done) =>
      username === USER && password === PASSWORD ? done(null, { user: USER }) : done(new Error('Invalid login')),
    onRcptTo: (_address, _session, done) => done(faultAt('RCPT')),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.once('end', () => {
        const fault = faultAt('DATA');
        if (fault) {
          done(fault);
          return;
        }
        mails.push({
          ...{ to: session.envelope.rcptTo[0]?.address ?? '', source: Buffer.concat(chunks).toString() },
          ...{ isEncrypted: session.secure, user: typeof session.user === 'string' ? session.user : null },
        });
        const next = planned.shift();
        if (next === 'cut after') for (const { _socket: socket } of connectionsOf(server)) socket.destroy();
        else if (next !== 'hang') done();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const login = auth ? `${USER}:${encodeURIComponent(PASSWORD)}@` : '';
  return {
    ...{ url: `smtp://${login}127.0.0.1:${port}`, port, mails },
    plan: (...faults) => void planned.push(...faults),
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** smtp-server keeps its connections in a field that its types leave out. */
const connectionsOf = (server: SMTPServer): Iterable<{ _socket: { destroy(): void } }> =>
  (server as unknown as { connections: Set<{ _socket: { destroy(): void } }> }).connections;

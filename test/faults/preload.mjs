// Loaded into a server process before the service (node --import): places where it can be killed, stopped or held up at a moment
// that no signal from outside could hit. Orders come from the harness over the process's IPC channel.
import { createRequire } from 'node:module';
import { ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import process from 'node:process';

const pg = createRequire(import.meta.url)('pg');

/** The point that is armed: the next ingest transaction that comes to it meets it, once. */
let armed = null;
let shiftMs = 0;

process.on('message', ({ arm, busyMs, clockMs }) => {
  if (arm) armed = arm;
  if (busyMs) for (const until = performance.now() + busyMs; performance.now() < until;);
  if (clockMs !== undefined) shiftMs = clockMs;
});
process.channel?.unref();

/** Tells whether it was armed for this point. */
function isHere(point) {
  if (armed !== point) return false;
  armed = null;
  return true;
}

const die = () => process.kill(process.pid, 'SIGKILL');
const stop = () => process.kill(process.pid, 'SIGSTOP');

const { query } = pg.Client.prototype;
pg.Client.prototype.query = function (config, ...rest) {
  const text = typeof config === 'string' ? config : (config?.text ?? '');
  if (/^\s*BEGIN/i.test(text)) this.writesEvents = false;
  if (text.includes('INSERT INTO stream_events')) this.writesEvents = true;
  if (text !== 'COMMIT' || !this.writesEvents) return query.call(this, config, ...rest);
  if (isHere('before-commit')) die();
  if (isHere('stop-before-commit')) stop();
  const answered = query.call(this, config, ...rest);
  return answered.then((result) => {
    // The reply is here and nobody else has heard of it: nothing has been published, nobody has been answered.
    if (isHere('after-commit')) die();
    return result;
  });
};

const { end, writeHead } = ServerResponse.prototype;
/** The first byte of a webhook's 2xx would be written now; what was committed has been published. */
function beforeAnswer(response, status) {
  if (response.req.url.startsWith('/webhooks/') && status === 200 && isHere('before-answer')) die();
}
ServerResponse.prototype.writeHead = function (status, ...rest) {
  beforeAnswer(this, status);
  return writeHead.call(this, status, ...rest);
};
ServerResponse.prototype.end = function (...rest) {
  beforeAnswer(this, this.statusCode);
  return end.call(this, ...rest);
};

const RealDate = Date;
const shifted = () => RealDate.now() + shiftMs;
globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(shifted());
    else super(...args);
  }
  static now() {
    return shifted();
  }
};

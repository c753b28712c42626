import { Hono, type Context, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { z } from 'zod';
import type { Admission } from './book.ts';
import type { Desk } from './desk.ts';
import type { PaperLog } from './log.ts';
import type { TakeUpRequest } from './order.ts';
import { cancelRequest, faultText, openOrder, openOrders, orderNames, placeRequest, replaceRequest } from './wire.ts';
import { exchangeFaults, scenarioRequest } from './wire-scenario.ts';

const BODY_BYTES_MAX = 64 * 1_024;
const ASKED_ORDERS_BYTES_MAX = 512 * 1_024;
const OPEN_ORDERS_BYTES_MAX = 4 * 1_024 * 1_024;
const RETRY_AFTER_SECONDS = 1;

const TAKEN = { status: 'taken' } as const;
const refused = (text: string) => ({ status: 'refused', text }) as const;

/** The HTTP side of the exchange. Answers say only that a request was taken; what came of it is reported by webhook. */
export function paperRoutes({ desk, run, log }: { desk: Desk; run: string; log: PaperLog }): Hono {
  const app = new Hono();
  const limit = limitedTo(BODY_BYTES_MAX);
  app.onError((error, c) => {
    log.warn({ error: String(error) }, 'the exchange failed to answer');
    return c.json({ status: 'failed' }, 500);
  });
  app.get('/run', (c) => c.json({ run }));
  app.post('/orders', limit, (c) => withBody(c, placeRequest, (request) => answer(c, desk.place(request))));
  app.post('/replaces', limit, (c) => withBody(c, replaceRequest, (request) => answer(c, desk.change(request))));
  app.post('/cancels', limit, (c) => withBody(c, cancelRequest, (request) => answer(c, desk.change(request))));
  app.post('/scenarios', limit, (c) =>
    withBody(c, scenarioRequest, (request) => {
      const fault = desk.instruct(request);
      return fault === null ? c.json(TAKEN, 202) : c.json(refused(fault), 409);
    }),
  );
  app.post('/faults', limit, (c) =>
    withBody(c, exchangeFaults, (faults) => {
      desk.setFaults(faults);
      return c.json(faults);
    }),
  );
  app.post('/order-states', limitedTo(ASKED_ORDERS_BYTES_MAX), (c) =>
    withBody(c, orderNames, (names) =>
      c.json(names.map((name) => desk.ask(name)).map((reports) => reports && { reports })),
    ),
  );
  app.post('/open-orders', limitedTo(OPEN_ORDERS_BYTES_MAX), (c) =>
    withBody(c, openOrders, (items) => {
      desk.takeUp(items.flatMap((item) => readable(item, log)));
      return c.json(TAKEN, 202);
    }),
  );
  return app;
}

function limitedTo(maxSize: number): MiddlewareHandler {
  return bodyLimit({ maxSize, onError: (c) => c.json(refused(`the body is above ${maxSize} bytes`), 413) });
}

async function withBody<Schema extends z.ZodType>(
  c: Context,
  schema: Schema,
  act: (request: z.output<Schema>) => Response,
): Promise<Response> {
  const body: unknown = await c.req.json().catch(() => undefined);
  if (body === undefined) return c.json(refused('the body is not JSON'), 422);
  const parsed = schema.safeParse(body);
  return parsed.success ? act(parsed.data) : c.json(refused(faultText(parsed.error)), 422);
}

function answer(c: Context, admission: Admission): Response {
  switch (admission.status) {
    case 'TAKEN':
    case 'REPEATED':
      return c.json(TAKEN, 202);
    case 'UNKNOWN':
      return c.json({ status: 'unknown' }, 404);
    case 'FULL':
      return c.json({ status: 'busy' }, 503, { 'retry-after': String(RETRY_AFTER_SECONDS) });
    case 'REFUSED':
      return c.json(refused(admission.text), 422);
  }
}

function readable(item: unknown, log: PaperLog): readonly TakeUpRequest[] {
  const parsed = openOrder.safeParse(item);
  if (parsed.success) return [parsed.data];
  log.warn({ fault: faultText(parsed.error) }, 'an open order could not be taken up');
  return [];
}

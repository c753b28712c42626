// How the load is offered. A delivery is in flight until it has been answered and its subscribers have seen all its events.
import { clearInterval, setInterval } from 'node:timers';

export const SCENARIOS = [
  { name: 'steady: 200 events/s', run: (load, seconds) => steady(load, { eventsPerSecond: 200, seconds }) },
  { name: 'flood: 64 x 1 report', run: (load, seconds) => flood(load, { inFlight: 64, reports: 1, seconds }) },
  { name: 'flood: 16 x 20 reports', run: (load, seconds) => flood(load, { inFlight: 16, reports: 20, seconds }) },
];
export const CONNECTIONS_MAX = 64;
const LOST_AFTER_MS = 15_000;
const TICK_MS = 1;

/** Open loop: deliveries of one report leave on time, whether or not the earlier ones are through. */
async function steady(load, { eventsPerSecond, seconds }) {
  const total = Math.ceil(eventsPerSecond * seconds);
  const startedAt = performance.now();
  const sent = [];
  await new Promise((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(total, ((performance.now() - startedAt) / 1_000) * eventsPerSecond);
      while (sent.length < due) sent.push(deliver(load, 1));
      if (sent.length < total) return;
      clearInterval(timer);
      resolve();
    }, TICK_MS);
  });
  await settle(load, sent);
}

/** Closed loop: each delivery that is through makes room for the next one. */
async function flood(load, { inFlight, reports, seconds }) {
  const endsAt = performance.now() + seconds * 1_000;
  const lane = async () => {
    while (performance.now() < endsAt && load.journal.isFaultless()) await deliver(load, reports);
  };
  const lanes = Array.from({ length: inFlight }, lane);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  await settle(load, lanes);
}

/** The clock starts when the delivery is signed and ready to go. */
async function deliver({ book, venue, journal }, count) {
  const taken = [];
  while (taken.length < count) taken.push(await book.take());
  const delivery = venue.sign(taken.map(({ report }) => report));
  const sentAt = performance.now();
  const seen = taken.map(({ place, report }) => journal.expect(report, sentAt).then(() => book.put(place)));
  await Promise.all([
    venue.post(delivery).catch((error) => journal.fault(`a delivery failed: ${error.message}`)),
    ...seen,
  ]);
}

/** An event that does not come is lost. */
async function settle({ journal }, work) {
  let timer;
  const limit = new Promise((resolve) => {
    timer = setTimeout(resolve, LOST_AFTER_MS, 'late');
  });
  const outcome = await Promise.race([Promise.all(work), limit]);
  clearTimeout(timer);
  if (outcome === 'late') journal.fault(`${journal.missing()} events were not seen within ${LOST_AFTER_MS / 1_000} s`);
}

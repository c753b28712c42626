// What is needed only where WebSockets don't get through: a file of its own, which is loaded beside the app.
export { probe } from './probe.ts';
export { openPolling as polling } from './poll.ts';
export { openSse as sse } from './sse.ts';

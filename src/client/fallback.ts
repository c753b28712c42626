// What is needed only where WebSockets don't get through: a file of its own, which is loaded beside the app.
export { openPolling } from './poll.ts';
export { openSse } from './sse.ts';

import { setTimeout as pause } from 'node:timers/promises';
import { Caller } from './mcp.mjs';

/** Between two calls of one caller. */
const PAUSE_MS = 50;

let statuses = {};

/** The child of a load: asked to begin, it calls until it is ended; asked to count, it says what was answered. */
process.on('message', async ({ url, tokens, sessions, count }) => {
  if (count) {
    process.send({ statuses });
    statuses = {};
    return;
  }
  const callers = tokens.map(token => new Caller(token));
  const opened = sessions ? await Promise.all(callers.map(caller => caller.open(url))) : [];
  if (opened.some(({ status }) => status !== 200)) {
    throw new Error(`no session: ${opened.map(({ status }) => status)}`);
  }
  callers.forEach(caller => loop(caller, url));
  process.send({ running: true });
});
process.on('disconnect', () => process.exit());

async function loop(caller, url) {
  while (true) {
    const { status } = await caller.call(url);
    statuses[status] = (statuses[status] ?? 0) + 1;
    await pause(PAUSE_MS);
  }
}

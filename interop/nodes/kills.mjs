import { setTimeout as pause } from 'node:timers/promises';

const OPENERS = 2;
const KILLED_COMMANDS = 6;

/** Node A is killed while rules are made and sessions are opened, and so are some commands. */
export async function kills({ checks, cluster }) {
  const made = [];
  const opened = [];
  let over = false;
  const making = async () => {
    while (!over) {
      const subject = cluster.caller().subject;
      await cluster.access.done('revoke', '--subject', subject);
      made.push(subject);
    }
  };
  const opening = async () => {
    while (!over) {
      const caller = cluster.caller();
      const { status } = await caller.open(cluster.url);
      opened.push({ caller, status });
    }
  };
  const work = [making(), ...Array.from({ length: OPENERS }, opening)];
  await pause(2_000);
  await cluster.a.kill();
  const before = opened.length;
  await pause(4_000);
  over = true;
  await Promise.all(work);
  checks.that('sessions are opened after it too', opened.slice(before).some(({ status }) => status === 200),
    `${before} before, ${opened.length - before} after`);
  const lost = opened.filter(({ status }) => status !== 200);
  checks.that('nobody notices but who had a request in hand', lost.length <= OPENERS,
    `${lost.map(({ status }) => status)}`);
  await whole(checks, cluster, made);
  const broken = [];
  for (const { caller } of opened.filter(({ status }) => status === 200)) {
    broken.push((await caller.call(cluster.b.url)).status);
  }
  checks.same('every session that a client was told of goes on, on node B', [...new Set(broken)], [200]);
  await killedCommands(checks, cluster);
  await cluster.a.start();
  const caller = opened.find(({ status }) => status === 200).caller;
  checks.same('and on node A when it is back', (await caller.call(cluster.a.url)).status, 200);
  const refused = await cluster.inSession();
  await cluster.access.done('revoke', '--subject', refused.subject);
  await pause(1_000);
  for (const node of cluster.nodes) {
    checks.same(`${node.name}: refuses whom a command cuts off then`, (await refused.call(node.url)).status, 401);
  }
}

/** Commands that are killed at whatever they do: a rule is there as a whole, or not at all. */
async function killedCommands(checks, cluster) {
  const callers = [];
  for (let number = 0; number < KILLED_COMMANDS; number++) {
    const caller = cluster.caller();
    const { child, ended } = cluster.access.begin('revoke', '--subject', caller.subject);
    setTimeout(() => child.kill('SIGKILL'), 300 + 150 * number);
    await ended;
    callers.push(caller);
  }
  const list = await cluster.access.done('list');
  await pause(1_000); // until node B has heard of them
  // The MCP SDK behind answers with a 400 whoever is let in, since there is no session.
  const expected = callers.map(({ subject }) => (list.includes(`user ${subject} `) ? 401 : 400));
  const statuses = [];
  for (const caller of callers) {
    statuses.push((await caller.call(cluster.b.url)).status);
  }
  checks.same('rules of killed commands hold as a whole or are not there', statuses, expected);
}

async function whole(checks, cluster, subjects) {
  const list = await cluster.access.done('list');
  checks.same('every command was done all the same, and its rule is there', subjects.filter(subject => !list.includes(`user ${subject} `)), []);
}

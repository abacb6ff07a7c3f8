import { setTimeout as pause } from 'node:timers/promises';
import { MAX_AGE_S } from './cluster.mjs';
import { Probe } from './probe.mjs';

const BACK_WITHIN_MS = 5_000;

/** Whether streams have to end is looked at after each try to reach the database, which takes 5 seconds at most. */
const LAST_LOOK_MS = 6_000;

/** The database is started again while callers are at work. */
export async function restart({ checks, cluster }) {
  const caller = await cluster.inSession();
  const gone = await cluster.inSession();
  await cluster.access.done('revoke', '--subject', gone.subject);
  const restarts = async () => {
    await cluster.database.stop();
    await cluster.database.start();
    await pause(2_000);
  };
  // The MCP SDK behind answers these with a 400, since it has sessions; what is judged before is the same.
  const without = await cluster.underLoad(restarts, false);
  checks.same('nobody is refused while the database restarts', Object.keys(without.statuses), ['400']);
  const { statuses } = await cluster.underLoad(restarts);
  checks.that('but those whose session has to be read again just then', onlyOf(statuses, ['200', '503']),
    JSON.stringify(statuses));
  const rules = await cluster.access.done('list');
  checks.that('the rule of before is there', rules.includes(`user ${gone.subject} `));
  for (const node of cluster.nodes) {
    checks.same(`${node.name}: who was cut off before is refused after it`, (await gone.call(node.url)).status, 401);
    checks.same(`${node.name}: a session of before goes on`, (await caller.call(node.url)).status, 200);
    checks.same(`${node.name}: a new session opens`, (await cluster.caller().open(node.url)).status, 200);
  }
}

/** The database is away for longer than the nodes' copies may be old. */
export async function outage({ checks, cluster, figures }) {
  const caller = await cluster.inSession();
  const gone = await cluster.inSession();
  await cluster.access.done('revoke', '--subject', gone.subject);
  const banned = cluster.nodes.map(node => new Probe(gone, node.url, 401));
  const streams = await Promise.all(cluster.nodes.map(node => caller.stream(node.url)));
  await Promise.all(cluster.nodes.map(async node => {
    const deadline = Date.now() + 5_000;
    while ((await gone.call(node.url)).status !== 401 && Date.now() < deadline) {
      await pause(20);
    }
  }));
  const probes = cluster.nodes.map(node => new Probe(caller, node.url, 503));
  const stopped = Date.now();
  await cluster.database.stop();
  const refused = await Promise.all(probes.map(probe => probe.refused((MAX_AGE_S + 10) * 1_000)));
  checks.same('both nodes refuse everybody then', refused, [true, true]);
  const firsts = probes.map(probe => probe.refusedAt - stopped);
  checks.that('not before their copies are too old', firsts.every(ms => ms > (MAX_AGE_S - 2) * 1_000), `${firsts} ms`);
  figures.times(checks, `database stopped to 503, with a bound of ${MAX_AGE_S} s`, firsts, (MAX_AGE_S + 1) * 1_000);
  checks.same('with a 503 and nothing else', probes.map(({ statuses }) => [...statuses].sort()), [[200, 503], [200, 503]]);
  for (const node of cluster.nodes) {
    const answer = await caller.call(node.url);
    checks.that(`${node.name}: says when to come again`, Number(answer.headers['retry-after']) > 0,
      answer.headers['retry-after']);
  }
  figures.times(checks, `database stopped to the end of event streams, with a bound of ${MAX_AGE_S} s`,
    (await Promise.all(streams.map(stream => stream.ended()))).map(end => end - stopped), LAST_LOOK_MS + MAX_AGE_S * 1_000);
  const { status, err } = await cluster.access.run('revoke', '--subject', 'nobody');
  checks.same('a command that cannot be done says so', status, 2);
  checks.that('in words', err.length > 0 && !/\sat /.test(err), err);
  const started = Date.now();
  await cluster.database.start();
  const back = await Promise.all(cluster.nodes.map(node => again(caller, node.url, started)));
  checks.that('both serve again', back.every(ms => ms < BACK_WITHIN_MS), `${back} ms`);
  await Promise.all(banned.map(probe => probe.stop()));
  checks.same('who was cut off before never got in',
    banned.map(({ after }) => [...new Set(after)].sort()), [[401, 503], [401, 503]]);
}

function onlyOf(statuses, allowed) {
  return Object.keys(statuses).every(status => allowed.includes(status)) && statuses[allowed[0]] > 0;
}

async function again(caller, url, started) {
  while (Date.now() < started + 2 * BACK_WITHIN_MS) {
    if ((await caller.call(url)).status === 200) {
      break;
    }
    await pause(20);
  }
  return Date.now() - started;
}

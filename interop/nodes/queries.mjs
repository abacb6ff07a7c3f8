import { setTimeout as pause } from 'node:timers/promises';

const SECONDS = 10;
const QUERIES_A_SECOND = 4;

/** For how long a node remembers the owner of a session, in seconds. */
const REMEMBERED_S = 30;

/** What the nodes ask the database: at rest, and with callers whose tokens and sessions they know. */
export async function queries({ checks, cluster, figures }) {
  const rest = await counted(cluster);
  checks.that('the nodes ask at all', rest.length > 0);
  figures.number(checks, 'queries of a node in a second, at rest', perNode(rest, cluster), QUERIES_A_SECOND);
  // The MCP SDK behind answers these with a 400, since it has sessions; what is judged before is the same.
  const without = await during(cluster, false);
  figures.number(checks, `the same under load of ${without.perSecond} requests a second without a session`,
    perNode(without.counts, cluster), QUERIES_A_SECOND);
  checks.same('they add no query to those at rest', kinds(without.counts), kinds(rest));
  const within = await during(cluster, true);
  figures.number(checks, `the same under load of ${within.perSecond} calls a second in sessions`,
    perNode(within.counts, cluster), QUERIES_A_SECOND);
  const added = within.counts.filter(({ query }) => !kinds(rest).includes(kind(query)));
  const most = cluster.nodes.length * cluster.callers * (1 + SECONDS / REMEMBERED_S);
  checks.that('a session adds one query in 30 seconds at each node', sum(added) <= most,
    `${sum(added)} of ${Object.values(within.statuses)} calls`);
}

async function during(cluster, sessions) {
  const { result, perSecond, statuses } = await cluster.underLoad(async load => {
    await pause(3_000); // until each node has seen every caller
    await load.answers();
    return await counted(cluster);
  }, sessions);
  return { counts: result, perSecond, statuses };
}

async function counted(cluster) {
  await cluster.database.countAnew();
  await pause(SECONDS * 1_000);
  return await cluster.database.counts();
}

function perNode(counts, cluster) {
  return Number((sum(counts) / SECONDS / cluster.nodes.length).toFixed(2));
}

function sum(counts) {
  return counts.reduce((all, { calls }) => all + calls, 0);
}

function kinds(counts) {
  return counts.map(({ query }) => kind(query)).sort();
}

function kind(query) {
  return query.replace(/\s+/g, ' ').slice(0, 60);
}

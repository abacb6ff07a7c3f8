import { SLACK } from './figures.mjs';
import { Probe } from './probe.mjs';

const MESSAGE = 'Back at noon';
const RETRY_S = 120;
const REFUSED_WITHIN_MS = 1_000;
const ENDED_WITHIN_MS = 1_200;

/** Access is closed for all, opened for known callers, and opened, by the command line. */
export async function gate({ checks, cluster, figures }) {
  const caller = await cluster.inSession();
  const stranger = cluster.caller({ client_id: 'another' });
  const streams = await Promise.all(cluster.nodes.map(node => caller.stream(node.url)));
  const probes = cluster.nodes.map(node => new Probe(caller, node.url, 503));
  await cluster.access.done('close', '--message', MESSAGE, '--retry-after', `${RETRY_S}`);
  await Promise.all(probes.map(probe => probe.refused()));
  const [{ at }] = await cluster.database.query(
    "SELECT changed_at::float8 AS at FROM mcp_auth_feed WHERE collection = 'access.status'");
  figures.times(checks, 'access closed by command line to refusal, on both nodes',
    probes.map(probe => Math.max(0, probe.refusedAt - at)), REFUSED_WITHIN_MS);
  figures.times(checks, 'access closed by command line to the end of event streams, on both nodes',
    (await Promise.all(streams.map(stream => stream.ended()))).map(end => Math.max(0, end - at)), ENDED_WITHIN_MS);
  for (const node of cluster.nodes) {
    const answer = await caller.call(node.url);
    checks.same(`${node.name}: a 503 that says when to come again`,
      [answer.status, answer.headers['retry-after']], [503, `${RETRY_S}`]);
    checks.that(`${node.name}: with the message`, answer.text.includes(MESSAGE), answer.text);
  }
  await known(checks, cluster, caller, stranger);
  await cluster.access.done('open');
  const nobodys = cluster.caller({ client_id: 'known-to-nobody' });
  for (const node of cluster.nodes) {
    checks.same(`${node.name}, open: everybody may come in`, await settled(() => nobodys.open(node.url), 200), 200);
  }
}

async function known(checks, cluster, caller, stranger) {
  await cluster.access.done('known');
  for (const node of cluster.nodes) {
    checks.same(`${node.name}, known: a session goes on`, await settled(() => caller.call(node.url), 200), 200);
    checks.same(`${node.name}, known: a new client is refused`, (await stranger.open(node.url)).status, 403);
  }
  await cluster.access.done('allow', '--client', 'another');
  for (const node of cluster.nodes) {
    checks.same(`${node.name}, known: one that is allowed comes in`,
      await settled(() => stranger.open(node.url), 200), 200);
  }
}

/** The status of an answer, once it is the expected one, or after a second with its slack. */
async function settled(ask, expected) {
  const deadline = Date.now() + REFUSED_WITHIN_MS * SLACK;
  let { status } = await ask();
  while (status !== expected && Date.now() < deadline) {
    ({ status } = await ask());
  }
  return status;
}

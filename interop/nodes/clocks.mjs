import { cutOffs } from './cut-offs.mjs';

const APART_S = 30;
const COUNT = 10;

/** Node B with a clock that is 30 seconds ahead: libfaketime changes what it gets for the time of day, and no durations. */
export async function clocks({ checks, cluster, figures }) {
  await cluster.b.stop();
  await cluster.b.start({
    LD_PRELOAD: process.env.NODES_FAKETIME,
    FAKETIME: `+${APART_S}s`,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    // Else libfaketime changes what threads wait for, and a JVM busies itself with waking up.
    FAKETIME_FORCE_MONOTONIC_FIX: '0',
  });
  const [a, b] = await Promise.all(cluster.nodes.map(async node =>
    Date.parse((await cluster.caller().call(node.url)).headers.date) - Date.now()));
  checks.that('node B is half a minute ahead', Math.abs(b - a - APART_S * 1_000) < 3_000, `${b - a} ms`);
  await cutOffs({ checks, cluster, figures, title: 'clocks 30 s apart: cut-off', count: COUNT });
  const caller = await cluster.inSession(cluster.a.url);
  checks.same('a session of node A goes on there', (await caller.call(cluster.b.url)).status, 200);
  const late = await cluster.inSession(cluster.b.url);
  checks.same('and one of node B on node A', (await late.call(cluster.a.url)).status, 200);
  await cluster.b.stop();
  await cluster.b.start();
}

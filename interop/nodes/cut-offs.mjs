import { Probe } from './probe.mjs';

const REVOCATIONS = Number(process.env.NODES_REVOCATIONS ?? 100);
const AT_ONCE = 2;
const REFUSED_WITHIN_MS = 1_000;
const ENDED_WITHIN_MS = 1_200;

/** Users are cut off by the command line, and every node refuses them and ends their streams. */
export async function cutOffs({ checks, cluster, figures, title = 'cut-off', count = REVOCATIONS }) {
  const refusals = [];
  const ends = [];
  const wrong = [];
  const { statuses, perSecond } = await cluster.underLoad(async () => {
    let number = 0;
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      while (number++ < count) {
        const one = await cutOff(cluster);
        refusals.push(...one.refusals);
        ends.push(...one.ends);
        wrong.push(...one.wrong);
      }
    }));
  });
  figures.times(checks, `${title} by command line to refusal, on both nodes, under load of ${perSecond} calls a second`,
    refusals, REFUSED_WITHIN_MS);
  figures.times(checks, `${title} by command line to the end of the user's event streams, on both nodes`, ends,
    ENDED_WITHIN_MS);
  checks.same('every refusal is a 401 (or once a 503), and nobody who was refused got in again', wrong, []);
  checks.same('all others were served', Object.keys(statuses), ['200']);
}

/** One user, with a session that both nodes know, a stream on each, and somebody who asks each all the time. */
async function cutOff(cluster) {
  const wrong = [];
  const caller = await cluster.inSession();
  const streams = await Promise.all(cluster.nodes.map(node => caller.stream(node.url)));
  const probes = cluster.nodes.map(node => new Probe(caller, node.url, 401));
  await cluster.access.done('revoke', '--subject', caller.subject);
  const refused = await Promise.all(probes.map(probe => probe.refused()));
  const at = await cluster.changedAt(caller.subject);
  streams.filter(stream => stream.status !== 200).forEach(stream => wrong.push(`stream: ${stream.status}`));
  probes.forEach((probe, i) => {
    const others = [...probe.statuses].filter(one => ![200, 401, 503].includes(one));
    if (!refused[i] || others.length > 0 || probe.after.some(one => one !== 401)) {
      wrong.push(`${cluster.nodes[i].name}: ${[...probe.statuses]}, then ${probe.after}`);
    }
  });
  return {
    refusals: probes.map(probe => Math.max(0, probe.refusedAt - at)),
    ends: (await Promise.all(streams.map(stream => stream.ended()))).map(end => Math.max(0, end - at)),
    wrong,
  };
}

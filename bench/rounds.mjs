import { load } from './load.mjs';

/** The most CPU, in cores, that others may have used during a round that counts. */
const MOST_OTHERS = 0.2;

/**
 * Rounds of loads in random order, so that what changes on the machine meets all alike.
 *
 * @param jobs of a server, a mode, and whether all or none of its answers are refusals
 */
export async function rounds(jobs, plan, directory) {
  const end = performance.now() + plan.warmUp * 1000;
  while (performance.now() < end) {
    for (const job of jobs) {
      await load(job.server, job.mode, plan.seconds, directory);
    }
  }
  const all = [];
  for (let number = 0; number < plan.rounds; number++) {
    const round = {};
    let right = true;
    for (const job of shuffled(jobs)) {
      const seen = await load(job.server, job.mode, plan.seconds, directory);
      const wrong = job.refuses ? seen.requests - seen.refused : seen.refused;
      const known = seen.checks !== undefined && seen.checks < 0.99; // so not every token was new
      if (seen.broken + wrong > 0 || known) {
        right = false;
        console.log(`bench: ${job.name}: ${wrong} answers of the wrong kind, ${
          seen.broken} connections broken, of ${seen.requests}; signature checks for each: ${
          seen.checks ?? 'not counted'}`);
      }
      round[job.name] = seen;
    }
    const others = Math.max(...Object.values(round).map(seen => seen.others));
    const trusted = others <= MOST_OTHERS && right;
    console.log(`bench: round ${number + 1} of ${plan.rounds}: others used ${
      others.toFixed(2)} cores at most${trusted ? '' : ', so it is not trusted'}`);
    all.push({ trusted, others, seen: round });
  }
  return all;
}

function shuffled(list) {
  return list.map(item => [Math.random(), item]).sort((a, b) => a[0] - b[0]).map(pair => pair[1]);
}

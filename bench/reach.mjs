import { contender, inverse, measure, ofRounds } from './figures.mjs';

const least = (what, reach, value, digits = 2) => ({ what, value, digits,
  reach: `at least ${reach}`, reached: value && value[1] >= reach });
const most = (what, reach, value, digits = 2) => ({ what, value, digits,
  reach: `at most ${reach}`, reached: value && value[1] <= reach });
const one = value => value === undefined ? undefined : [value, value, value];

/** What is to be reached, and what one JDK has. */
export function reach({ servers, guard, decisions: { lines } }) {
  const perSecond = (job, bare) =>
    ofRounds(servers.rounds, seen => seen[job].perSecond / seen[bare].perSecond);
  const ratio = (comparison, name) => contender(lines, comparison, name)?.ratio;
  const speed = comparison => inverse(ratio(comparison, 'decide'));
  const rawMicros = contender(lines, 'cold RS256', 'raw check').nanos[1] / 1000;
  const prepared = contender(lines, 'warm', 'decide, prepared').bytes;
  const copies = measure(lines, 'copies of body and token');
  const bodies = lines.filter(line => line.contender === '1 MB');
  const dearest = bodies.reduce((a, b) => a.ratio[1] > b.ratio[1] ? a : b);
  const steepest = bodies.map(large => ({ name: large.comparison, by: large.ratio[1]
    / contender(lines, large.comparison, '64 KB').ratio[1] })).reduce((a, b) => a.by > b.by ? a : b);
  const tokens = measure(lines, 'tokens seen');
  const kept = measure(lines, 'verdicts kept');
  return [
    least('whole server, known tokens: throughput / bare', 0.95, perSecond('ours valid', 'bare valid')),
    least('whole server, every token new: CPU of bare and one raw RS256 check / CPU', 0.9,
      ofRounds(servers.rounds, seen =>
        (seen['bare valid'].cpuMicros + rawMicros) / seen['ours new'].cpuMicros)),
    least('no credential, 401: throughput / bare without a token', 1,
      perSecond('ours none', 'bare none')),
    least('repeated bad token, 401: throughput / bare', 0.95, perSecond('ours bad', 'bare valid')),
    least('metadata: throughput / static bytes', 1, perSecond('ours metadata', 'bare metadata')),
    least('new RS256 token, decision: speed / raw check', 0.85, speed('cold RS256')),
    least('new ES256 token, decision: speed / raw check', 0.95, speed('cold ES256')),
    most('known token, authentication: time / digest and look-up', 1.5,
      ratio('warm', 'authentication')),
    most('known token, decision: time / digest and look-up', 4, ratio('warm', 'decide')),
    most('repeated bad token, refusal: time / digest and look-up', 3,
      ratio('warm', 'repeated bad token')),
    most('decision on a known token: bytes allocated beyond the copies', 2048,
      prepared.map(bytes => bytes - copies), 0),
    most('body of 1 MB, benign: time / sum of its bytes', 3, ratio('body benign', '1 MB')),
    most('body of 1 MB, distinct names: time / sum', 6, ratio('body distinct', '1 MB')),
    most('body of 1 MB, colliding names: time / sum', 6,
      bodies.filter(line => line.comparison.includes('colliding')).map(line => line.ratio)
        .reduce((a, b) => a[1] > b[1] ? a : b)),
    { ...most('body of 1 MB, the dearest: time / sum', 15, dearest.ratio),
      more: `; ${dearest.comparison.slice(5)}` },
    { ...most('a byte of 1 MB / a byte of 64 KB, the steepest: time', 1.25, one(steepest.by)),
      more: `; ${steepest.name.slice(5)}` },
    // whoever keeps fewer has not reached it by that
    { ...most('heap of 100,000 kept verdicts, MB', 60,
      one(measure(lines, 'heap per kept verdict') / 10), 0),
      ...(kept < tokens && { reached: false, more: `; only ${kept} of ${tokens} kept` }) },
    least('two threads / one: throughput', 1.95, inverse(ratio('threads', 'two threads'))),
    most('guard: CPU / bare proxy', 1.3,
      ofRounds(guard.rounds, seen => seen.guard.cpuMicros / seen.proxy.cpuMicros)),
    least('guard: throughput / target alone', 0.35,
      ofRounds(guard.rounds, seen => seen.guard.perSecond / seen.target.perSecond)),
    most(`guard: threads more after ${guard.threads.streams} streams than before`, 10,
      one(guard.threads.after - guard.threads.before), 0),
    most('virtual threads pinned for 20 ms, in the library', 0,
      one(measure(lines, 'pinned for 20 ms')), 0),
    most('virtual threads pinned for 20 ms, whole server', 0, one(servers.pinned), 0),
  ];
}

/** One column of a row: the median with the quartiles, and whether that is enough. */
export function cell({ value, digits, reached, more = '' }) {
  if (value === undefined || value.some(Number.isNaN)) {
    return 'not measured';
  }
  const [low, middle, high] = value.map(number => number.toFixed(digits));
  const spread = low === high ? middle : `${middle} (${low} to ${high})`;
  return `${spread}, ${reached ? 'reached' : '**missed**'}${more}`;
}

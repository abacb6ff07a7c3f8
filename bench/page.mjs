import { readFileSync, writeFileSync } from 'node:fs';
import { ofRounds } from './figures.mjs';
import { bars } from './plot.mjs';
import { cell, reach } from './reach.mjs';

const PAGE = 'docs/performance.md';
const BEGIN = '<!-- bench/run.sh writes from here -->';
const END = '<!-- to here -->';

/** Puts the results between the two comments of the page, and draws its plots. */
export function writePage(results) {
  const page = readFileSync(PAGE, 'utf8');
  const before = page.slice(0, page.indexOf(BEGIN) + BEGIN.length);
  const after = page.slice(page.indexOf(END));
  writeFileSync(PAGE, `${before}\n${generated(results)}\n${after}`);
  const of = Object.entries(results.of);
  writeFileSync('docs/images/performance-servers.svg', bars(
    'Whole server: throughput / bare Jetty, quartiles of rounds', 1.2, of.flatMap(([java, { servers }]) =>
      shares(servers.rounds).map(([job, share]) => ({ name: `${job}, Java ${java}`, value: share,
        ours: /^(ours|virtual)/.test(job) })))));
  writeFileSync('docs/images/performance-bodies.svg', bars(
    'Reading a body of 1 MB strictly: time / sum of its bytes (logarithmic)', 'log',
    comparisons(of, line => line.contender === '1 MB', line => line.comparison.slice(5))));
  writeFileSync('docs/images/performance-decisions.svg', bars(
    'Decisions: time / raw check (cold), time / digest and look-up (warm) (logarithmic)', 'log',
    comparisons(of, line => /^(cold|warm)/.test(line.comparison) && line.ratio[1] !== 1,
      line => `${line.comparison}: ${line.contender}`)));
}

function comparisons(of, wanted, name) {
  return of.flatMap(([java, { decisions }]) => decisions.lines
    .filter(line => line.comparison && wanted(line)).map(line => ({ value: line.ratio,
      name: `${name(line)}, Java ${java}`, ours: !/Nimbus|Spring/.test(line.contender) })));
}

/** Of every load, the throughput beside the bare server of the same round. */
function shares(rounds) {
  return Object.keys(rounds[0].seen).sort().filter(job => !job.startsWith('bare')).map(job =>
    [job, ofRounds(rounds, seen => seen[job].perSecond / seen[bareOf(job)].perSecond)]);
}

const bareOf = job => `bare ${/none|metadata/.exec(job)?.[0] ?? 'valid'}`;

function generated({ conditions, of }) {
  const javas = conditions.jdks.map(({ version }) => version);
  const rows = javas.map(java => reach(of[java]));
  return [
    stated(conditions, of),
    '',
    `| | to reach | ${javas.map(java => `Java ${java}`).join(' | ')} |`,
    `|-|-|${'-|'.repeat(javas.length)}`,
    ...rows[0].map((row, i) => `| ${row.what} | ${row.reach} | ${
      rows.map(column => cell(column[i])).join(' | ')} |`),
    '',
    '![Reading bodies of a megabyte, against the sum of their bytes](images/performance-bodies.svg)',
    '',
    '### Whole servers',
    '![Throughput of whole servers, against the bare one](images/performance-servers.svg)',
    '',
    `| load | ${javas.map(java =>
      `Java ${java}: throughput / bare | CPU, µs | p50, ms | p99, ms`).join(' | ')} |`,
    `|-|${'-|-|-|-|'.repeat(javas.length)}`,
    ...jobs(of[javas.at(-1)].servers.rounds).map(job => `| ${job} | ${
      javas.map(java => loadCells(of[java].servers.rounds, job)).join(' | ')} |`),
    '',
    '### Decisions and bodies',
    '![Decisions, against what nobody can do without](images/performance-decisions.svg)',
    '',
    `| | ${javas.map(java => `Java ${java}: µs | time / baseline | bytes`).join(' | ')} |`,
    `|-|${'-|-|-|'.repeat(javas.length)}`,
    ...of[javas[0]].decisions.lines.filter(line => line.comparison).map(line => `| ${
      line.comparison}: ${line.contender} | ${
      javas.map(java => lineCells(of[java].decisions.lines, line)).join(' | ')} |`),
  ].join('\n');
}

function stated({ date, commit, command, machine, jdks, plan, quick }, of) {
  const sets = Object.values(of).flatMap(({ servers, guard }) => [servers.rounds, guard.rounds]);
  const all = sets.flat();
  const trusted = all.filter(round => round.trusted).length;
  const few = sets.some(set => set.filter(round => round.trusted).length < set.length / 2);
  const beside = Math.max(...Object.values(of).map(({ decisions }) => decisions.others));
  return `${quick || few ? '**These figures do not count**: the run was short, or '
    + 'others used the machine. ' : ''}${date}, commit ${commit}, \`${command}\`, on ${machine}, with ${
    jdks.map(({ name }) => name).join(' and ')}. Rounds of ${plan.seconds} s, ${plan.rounds} for each `
    + `set of servers after ${plan.warmUp} s of warm-up (the guard: a third of it); of ${all.length} rounds ${trusted} are trusted `
    + `(nobody else used more than 0.2 cores, and every answer was of the right kind). Beside the benchmarks of the core, others used ${
      beside.toFixed(2)} cores on average. Medians, in brackets the quartiles.`;
}

const jobs = rounds => Object.keys(rounds[0].seen).sort();

function loadCells(rounds, job) {
  if (!rounds[0].seen[job]) {
    return '| | |';
  }
  const [low, share, high] = ofRounds(rounds, seen =>
    seen[job].perSecond / seen[bareOf(job)].perSecond).map(value => value.toFixed(2));
  const median = name => ofRounds(rounds, seen => seen[job][name])[1];
  return `${share} (${low} to ${high}) | ${median('cpuMicros').toFixed(1)} | ${
    median('p50').toFixed(2)} | ${median('p99').toFixed(1)}`;
}

function lineCells(lines, { comparison, contender }) {
  const line = lines.find(other => other.comparison === comparison && other.contender === contender);
  if (!line) {
    return '| |';
  }
  const [low, ratio, high] = line.ratio.map(value => value.toFixed(2));
  const unit = comparison.startsWith('body') ? 1 << 20 : 1; // of a byte there, and so of 1 MB
  return `${(line.nanos[1] * unit / 1000).toFixed(1)} | ${ratio} (${low} to ${high}) | ${
    (line.bytes[1] * unit).toFixed(0)}`;
}

if (process.argv[1]?.endsWith('page.mjs')) { // draws the last run again
  writePage(JSON.parse(readFileSync('mcp-auth-examples/target/bench/results.json', 'utf8')));
}

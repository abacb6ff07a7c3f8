import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { decisions } from './decisions.mjs';
import { guard } from './guard.mjs';
import { startJava, stopAll } from './processes.mjs';
import { program, servers } from './servers.mjs';
import { writePage } from './page.mjs';

const QUICK = process.argv.includes('--quick');
const PLAN = QUICK ? { warmUp: 10, rounds: 2, seconds: 1, tokens: 10_000 }
  : { warmUp: Number(process.env.BENCH_WARM_UP ?? 270), rounds: 8,
    seconds: Number(process.env.BENCH_SECONDS ?? 4), tokens: 20_000 };
const ONLY = process.argv.find(option => option.startsWith('--only='))?.slice(7).split(',');
const WHOLE = !QUICK && ONLY === undefined;
const DIRECTORY = 'mcp-auth-examples/target/bench';
const FIGURES = `${DIRECTORY}/${WHOLE ? 'results' : 'results-part'}.json`;
const CALL = JSON.stringify({ jsonrpc: '2.0', id: 17, method: 'tools/call', params: {
  name: 'get_weather', arguments: { city: 'Zurich', units: 'metric', days: 5, hourly: true,
    fields: ['temperature', 'wind', 'rain'], note: 't'.repeat(114) } } });

const run = (command, ...options) => execFileSync(command, options, { encoding: 'utf8' }).trim();
const wants = part => ONLY === undefined || ONLY.includes(part);

/** A JDK by its java command. */
function jdk(java) {
  const said = run('sh', '-c', '"$0" -XshowSettings:properties -version 2>&1', java);
  const property = name => new RegExp(`^\\s+${name} = (.*)$`, 'm').exec(said)[1];
  const version = property('java.specification.version');
  return { java: `${property('java.home')}/bin/java`, version, virtual: Number(version) >= 21,
    name: `${property('java.vm.name')} ${property('java.runtime.version')}` };
}

function conditions(jdks) {
  return { date: new Date().toISOString().slice(0, 10), commit: run('git', 'describe', '--always',
    '--dirty'), command: `bash bench/run.sh ${process.argv.slice(2).join(' ')}`.trim(),
  machine: `${cpus().length} x ${cpus()[0].model}, ${Math.round(totalmem() / 2 ** 30)} GB, Linux ${
    release()}`, jdks: jdks.map(({ version, name }) => ({ version, name })), quick: QUICK, plan: PLAN };
}

async function onServers(one, of) {
  const issuer = await startJava(one.java, program('BenchIssuer', DIRECTORY, String(PLAN.tokens)));
  if (wants('servers')) {
    of.servers = await servers(one, issuer.url, PLAN, DIRECTORY);
  }
  if (wants('guard')) {
    of.guard = await guard(one, issuer.url, PLAN, DIRECTORY);
  }
  await issuer.stop();
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => stopAll().then(() => process.exit(1)));
}
mkdirSync(DIRECTORY, { recursive: true });
writeFileSync(`${DIRECTORY}/call.json`, CALL);
const jdks = [process.env.BENCH_JAVA ?? 'java', process.env.BENCH_JAVA_NEW].filter(Boolean).map(jdk);
const results = { conditions: conditions(jdks), of: {} };
try {
  for (const one of jdks) {
    const of = results.of[one.version] = {};
    if (wants('decisions')) {
      of.decisions = await decisions(one, QUICK, DIRECTORY);
    }
    if (wants('servers') || wants('guard')) {
      await onServers(one, of);
    }
    writeFileSync(FIGURES, JSON.stringify(results, null, 1));
  }
} finally {
  await stopAll();
}
if (WHOLE) {
  writePage(JSON.parse(readFileSync(FIGURES, 'utf8')));
} else {
  console.log(`bench: the figures are in ${FIGURES}`);
}

import { readFile } from 'node:fs/promises';
import { Stage } from '../conformance/stage.mjs';
import { Parts } from '../parts.mjs';
import { secrets } from '../secrets.mjs';
import { clocks } from './clocks.mjs';
import { Cluster } from './cluster.mjs';
import { cutOffs } from './cut-offs.mjs';
import { Figures } from './figures.mjs';
import { gate } from './gate.mjs';
import { kills } from './kills.mjs';
import { logins } from './logins.mjs';
import { outage, restart } from './outages.mjs';
import { queries } from './queries.mjs';
import { sessions } from './sessions.mjs';
import { signals } from './signals.mjs';

const TIME_LIMIT_MS = 1_500_000;

/** In this order: each leaves both nodes running and access open. */
const PARTS = {
  sessions,
  'cut-offs': cutOffs,
  signals,
  queries,
  gate,
  restart,
  outage,
  kills,
  clocks,
  logins,
};

const stage = new Stage();
const figures = new Figures();

async function main(parts) {
  const cluster = await Cluster.start(stage);
  await versions(cluster);
  for (const [name, steps] of Object.entries(wanted())) {
    await parts.part(name, checks => steps({ checks, cluster, figures }));
  }
  await parts.part('server log', checks => logs(checks, cluster));
  console.log(`\n${figures.text}\n`);
  if (process.env.UPDATE === '1') {
    await figures.publish();
  }
}

/** The parts that are named on the command line, or all. */
function wanted() {
  const names = process.argv.slice(2);
  const unknown = names.filter(name => !(name in PARTS));
  if (unknown.length > 0) {
    throw new Error(`no such part: ${unknown}; there are ${Object.keys(PARTS)}`);
  }
  return names.length > 0 ? Object.fromEntries(names.map(name => [name, PARTS[name]])) : PARTS;
}

async function versions(cluster) {
  const lock = JSON.parse(await readFile(new URL('package-lock.json', import.meta.url), 'utf8'));
  const sdk = '@modelcontextprotocol/sdk';
  console.log(`${sdk} ${lock.packages[`node_modules/${sdk}`].version}`);
  console.log((await cluster.database.query('SELECT version()'))[0].version);
  console.log(`node ${process.version}`);
}

async function logs(checks, cluster) {
  const names = cluster.nodes.flatMap(({ outputs }) => outputs);
  const text = (await Promise.all(names.flatMap(name => ['out', 'err'].map(kind => stage.output(name, kind))))).join('\n');
  checks.same('it holds no secret of the run', secrets().filter(one => text.includes(one)).length, 0);
}

await new Parts('nodes', stage).run(main, TIME_LIMIT_MS);

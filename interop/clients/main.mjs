import { readFile } from 'node:fs/promises';
import { Stage } from '../conformance/stage.mjs';
import { Parts } from '../parts.mjs';
import { secrets } from '../secrets.mjs';
import { aiSdk } from './ai-sdk.mjs';
import { inspector } from './inspector.mjs';
import { langchain } from './langchain.mjs';
import { mastra } from './mastra.mjs';
import { mcpRemote } from './mcp-remote.mjs';
import { mcporter } from './mcporter.mjs';
import { FileTools } from './file-tools.mjs';
import { knownClients } from './known.mjs';
import { lateLogin, wholeWay } from './walk.mjs';

const TIME_LIMIT_MS = 420_000;
const CLIENTS = [mcpRemote, inspector, mcporter, aiSdk, langchain, mastra];

const stage = new Stage();

async function main(parts) {
  const closed = await FileTools.start(stage, 'closed', { about: 'base' });
  const open = await FileTools.start(stage, 'open', { about: 'anonymous' });
  await versions();
  // One after the other: some have a port of their own.
  for (const client of CLIENTS) {
    await parts.part(client.name, checks => wholeWay({ checks, client, server: closed, stage }));
    await parts.part(`${client.name}, where a tool is open`,
      checks => lateLogin({ checks, client, server: open, stage }));
  }
  await knownClients(parts, stage);
  await parts.part('server log', async checks => {
    const text = (await Promise.all(['closed', 'open', 'known'].flatMap(name =>
      ['out', 'err'].map(kind => stage.output(name, kind))))).join('\n');
    checks.that('it tells of the refused calls', text.includes('INSUFFICIENT_SCOPE'));
    checks.same('it holds no secret of the run', secrets().filter(one => text.includes(one)).length, 0);
    checks.same('it holds no stack trace', text.match(/^\s+at [\w.$/]+\(/gm), null);
  });
}

async function versions() {
  const lock = JSON.parse(await readFile(new URL('package-lock.json', import.meta.url), 'utf8'));
  for (const { package: name } of CLIENTS) {
    console.log(`${name} ${lock.packages[`node_modules/${name}`].version}`);
  }
  console.log(`node ${process.version}`);
}

await new Parts('clients', stage).run(main, TIME_LIMIT_MS);

import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Callers } from './callers.mjs';
import { embedded } from './embedded.mjs';
import { startIssuer } from './issuer.mjs';
import { plot, quantile } from './plot.mjs';
import { startJar, startTarget } from './server.mjs';

const SECONDS = Number(process.env.SOAK_SECONDS ?? 600);
const ATTACK = { from: SECONDS / 10, to: SECONDS * 0.9 };
const PASSWORD = 'soak-of-ten-minutes';
const call = name => JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call',
  params: { name, arguments: {} } });
const post = (url, headers, body) => fetch(url, { method: 'POST', body,
  headers: { 'Content-Type': 'application/json', ...headers } });
const INITIALIZE = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: {
  protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'soak', version: '1' } } });
const sleep = seconds => new Promise(resolve => setTimeout(resolve, seconds * 1000));

const directory = mkdtempSync(join(tmpdir(), 'soak-'));
const ends = [() => rmSync(directory, { recursive: true })];
try {
  const runs = [await fileTools(), await guard()];
  const start = performance.now();
  runs.forEach(run => {
    run.callers = new Callers(run.url, run.callersOf, run.body, start);
    run.callers.run(50);
  });
  await sleep(ATTACK.from);
  runs.forEach(run => run.attack());
  await sleep(ATTACK.to - ATTACK.from);
  await Promise.all(runs.map(run => run.calm()));
  await sleep(SECONDS - ATTACK.to);
  runs.forEach(run => run.callers.stop());
  report(runs);
  const plotted = runs.map(run => ({ name: run.name, samples: run.callers.samples,
    heap: run.server.heap.map(({ at, mb }) => ({ at: (at - start) / 1000, mb }))
      .filter(({ at }) => at >= 0) }));
  writeFileSync(process.argv[2], plot(plotted, ATTACK, SECONDS));
} finally {
  ends.forEach(end => end());
}
process.exit(process.exitCode ?? 0);

async function fileTools() {
  const server = await startJar('file-tools', { FILE_TOOLS_PORT: '0', FILE_TOOLS_AS_PORT: '0',
    FILE_TOOLS_PASSWORD: PASSWORD, FILE_TOOLS_ANONYMOUS_ABOUT: 'true' });
  ends.push(server.stop);
  const provider = await embedded(server.url, 'demo', PASSWORD);
  const tokens = [await provider.login(), await provider.login()];
  const hostile = await provider.hostileClient();
  const callers = [];
  for (const token of tokens) {
    const headers = { Authorization: `Bearer ${token}` };
    const opened = await post(server.url,
      { ...headers, Accept: 'application/json, text/event-stream' }, INITIALIZE);
    await opened.text();
    callers.push({ ...headers, 'Mcp-Session-Id': opened.headers.get('mcp-session-id') });
  }
  return run('file tools', server, callers, call('list_files'), {
    assertions: [50, hostile], forged: [50, tokens[0]], sessions: [50], deaf: [100, INITIALIZE] });
}

async function guard() {
  const issuer = await startIssuer();
  const target = await startTarget();
  const policy = join(directory, 'policy.json');
  writeFileSync(policy, JSON.stringify({ tools: { open: 'anonymous', '*': ['mcp'] },
    methods: { GET: 'anonymous' } }));
  const server = await startJar('mcp-guard', { PORT: '0', TARGET_URL: target.url,
    MCP_AUTH_ISSUER: issuer.issuer, MCP_AUTH_POLICY_FILE: policy });
  ends.push(server.stop, issuer.close, target.close);
  const tokens = Array.from({ length: 20 }, (_, i) => issuer.token(server.url, `user ${i}`));
  const callers = tokens.map(token => ({ Authorization: `Bearer ${token}` }));
  return run('guard', server, callers, call('guarded'), {
    forged: [50, tokens[0]], deaf: [100, call('open')], streams: [1500] });
}

function run(name, server, callersOf, body, more) {
  return { name, server, url: server.url, callersOf, body, attack() {
    this.strangers = fork('soak/strangers.mjs');
    this.strangers.send({ url: server.url,
      begin: { held: [200], endless: [50], dripping: [100], ...more } });
  }, async calm() {
    this.counts = await new Promise(resolve => {
      this.strangers.on('message', resolve);
      this.strangers.send({});
    });
  } };
}

function report(runs) {
  for (const { name, callers, counts, server } of runs) {
    console.log(`${name}: alive ${server.alive()}, heap at most ${
      Math.max(...server.heap.map(({ mb }) => mb)).toFixed(0)} MB`);
    for (const [phase, from, to] of [['before', 0, ATTACK.from], ['during', ATTACK.from, ATTACK.to],
      ['after', ATTACK.to + 1, SECONDS]]) {
      for (const connection of ['kept', 'new']) {
        const seen = callers.samples.filter(sample =>
          sample.at >= from && sample.at < to && sample.connection === connection);
        const times = seen.map(sample => sample.took).sort((a, b) => a - b);
        const bad = seen.filter(sample => sample.status !== 200);
        console.log(`  ${phase}, ${connection} connection: ${seen.length} calls, p50 ${
          quantile(times, 0.5)?.toFixed(1)} ms, p99 ${quantile(times, 0.99)?.toFixed(1)} ms, max ${
          times.at(-1)?.toFixed(0)} ms, not 200: ${bad.length} ${
          [...new Set(bad.map(sample => sample.status))]}`);
      }
    }
    console.log(`  strangers: ${counts.map(c => c.join(' x ')).join(', ')}`);
  }
}

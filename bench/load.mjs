import { spawn } from 'node:child_process';
import { cpuOf, machine } from './processes.mjs';

/** Loads a server with wrk for some seconds; what that cost each request, and what else ran. */
export async function load(server, mode, seconds, directory) {
  const checks = mode === 'new' ? await checksOf(server) : 0;
  const before = { cpu: cpuOf(server), machine: machine(), at: performance.now() };
  const seen = await wrk(new URL(server.url), mode, seconds, directory);
  const cpu = cpuOf(server) - before.cpu;
  const elapsed = (performance.now() - before.at) / 1000;
  return {
    perSecond: seen.requests / seen.micros * 1e6,
    cpuMicros: cpu / seen.requests * 1e6,
    requests: seen.requests, refused: seen.refused, broken: seen.broken,
    p50: seen.p50 / 1000, p99: seen.p99 / 1000,
    others: Math.max(0, machine().others - before.machine.others) / elapsed,
    checks: mode === 'new' ? (await checksOf(server) - checks) / seen.requests : undefined,
  };
}

/** How many signatures the server of new tokens has checked; it starts afresh with that. */
async function checksOf(server) {
  return Number(await (await fetch(server.url.replace('/mcp', '/checks'))).text());
}

function wrk(url, mode, seconds, directory) {
  return new Promise((resolve, reject) => {
    const child = spawn('wrk', ['-t2', '-c32', `-d${seconds}s`, '--latency', '-s', 'bench/load.lua',
      `${url.origin}/mcp`, '--', mode, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', data => said += data);
    child.on('error', reject);
    child.on('close', () => {
      const line = /^\{.*\}$/m.exec(said);
      if (line) {
        resolve(JSON.parse(line[0]));
      } else {
        reject(new Error(`wrk said ${said}`));
      }
    });
  });
}

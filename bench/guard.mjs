import { connect } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { program } from './servers.mjs';
import { startJava, threadsOf } from './processes.mjs';
import { rounds } from './rounds.mjs';

const STREAMS = 500;
const sleep = millis => new Promise(resolve => setTimeout(resolve, millis));

/** A target alone, behind the guard, and behind the bare proxy of the same Jetty. */
export async function guard(jdk, issuer, plan, directory) {
  const target = await startJava(jdk.java, program('BenchServer', 'bare', issuer));
  const proxy = await startJava(jdk.java, program('BenchServer', 'proxy', target.url));
  const guarded = await startJava(jdk.java, ['-Xms512m', '-Xmx512m',
    '-XX:-UseDynamicNumberOfCompilerThreads', '-Dorg.slf4j.simpleLogger.defaultLogLevel=off',
    '-jar', 'mcp-auth-examples/target/mcp-guard.jar'], { TARGET_URL: target.url, PORT: '0',
    GUARD_BIND: 'loopback', MCP_AUTH_ISSUER: issuer, MCP_AUTH_REQUIRED_SCOPES: 'mcp:tools.call',
    MCP_AUTH_RESOURCE: 'https://mcp.example.com/mcp' });
  const port = /^Listening on port (\d+)/m.exec(guarded.said)[1];
  guarded.url = `http://127.0.0.1:${port}/mcp`; // it says the one that clients know
  const jobs = Object.entries({ target, proxy, guard: guarded })
    .map(([name, server]) => ({ name, server, mode: 'valid', refuses: false }));
  const seen = await rounds(jobs, { ...plan, warmUp: plan.warmUp / 3 }, directory);
  const threads = await streams(guarded, join(directory, 'tokens.txt'));
  for (const server of [guarded, proxy, target]) {
    await server.stop();
  }
  return { rounds: seen, threads };
}

/** The threads of the guard before, while and after event streams are open through it. */
async function streams(server, file) {
  const tokens = readFileSync(file, 'utf8').trim().split('\n');
  await sleep(10_000); // the load has threads of its own, which are idle for five seconds first
  const threads = { streams: STREAMS, before: threadsOf(server) };
  const open = [];
  for (let i = 0; i < STREAMS; i++) {
    open.push(await opened(new URL(server.url).port, tokens[i % tokens.length]));
  }
  threads.open = threadsOf(server);
  open.forEach(socket => socket.destroy());
  for (let i = 0; i < 60 && threadsOf(server) > threads.before; i++) {
    await sleep(1000);
  }
  threads.after = threadsOf(server);
  return threads;
}

/** A connection on which the first event of a stream has arrived. */
function opened(port, token) {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1');
    let said = '';
    socket.on('error', reject);
    socket.on('data', data => {
      said += data;
      if (said.includes('data: {}')) {
        resolve(socket);
      } else if (said.includes('\r\n\r\n') && !said.startsWith('HTTP/1.1 200')) {
        reject(new Error(`no stream: ${said.split('\r\n')[0]}`));
      }
    });
    socket.write('GET /mcp HTTP/1.1\r\nHost: mcp.example.com\r\nAccept: text/event-stream\r\n'
      + `MCP-Protocol-Version: 2025-06-18\r\nAuthorization: Bearer ${token}\r\n\r\n`);
  });
}

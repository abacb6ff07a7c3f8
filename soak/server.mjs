import { spawn } from 'node:child_process';
import { createServer } from 'node:http';

/** Starts a jar with 256 MB of heap; ready when it says so. Its heap is watched. */
export async function startJar(jar, environment) {
  const server = spawn('java', ['-Xmx256m', '-XX:+ExitOnOutOfMemoryError', '-jar',
    `mcp-auth-examples/target/${jar}.jar`],
  { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const heap = [];
  server.stderr.resume();
  const url = await new Promise((resolve, reject) => {
    server.stdout.on('data', data => {
      said += data;
      const ready = /^ready (\S+)/m.exec(said);
      if (ready) {
        resolve(ready[1]);
      }
    });
    server.on('exit', code => reject(new Error(`${jar} ended with ${code}`)));
  });
  const watch = spawn('jstat', ['-gc', String(server.pid), '2s']);
  let names;
  watch.stdout.on('data', data => String(data).trim().split('\n').forEach(line => {
    const words = line.trim().split(/\s+/);
    names = words[0] === 'S0C' ? words : names;
    if (words !== names) {
      const used = ['S0U', 'S1U', 'EU', 'OU'].reduce(
        (sum, name) => sum + Number(words[names.indexOf(name)]), 0);
      heap.push({ at: performance.now(), mb: used / 1024 });
    }
  }));
  return { url, said: () => said, heap, alive: () => server.exitCode === null,
    stop() {
      watch.kill();
      server.kill();
    } };
}

/** What the guard is in front of: answers calls, and leaves the stream of a GET open. */
export async function startTarget() {
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write(': here\n\n');
      return;
    }
    request.resume();
    request.on('end', () => {
      response.setHeader('Content-Type', 'application/json');
      response.end('{"jsonrpc":"2.0","id":1,"result":{"content":[]}}');
    });
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/mcp`,
    close: () => server.closeAllConnections() || server.close() };
}

import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { request } from 'node:http';
import { freePort } from './ports.mjs';
import { ownDirectory, unprivileged } from './unprivileged.mjs';

const PAGE = new URL('../../docs/deployment.md', import.meta.url);

/** The nginx in front of the nodes, with the configuration of docs/deployment.md. */
export class Proxy {
  #stage;
  #program;
  #name;
  #directory;

  static async of(stage, program, name = 'nginx') {
    const proxy = new Proxy();
    proxy.#stage = stage;
    proxy.#program = program;
    proxy.#name = name;
    proxy.#directory = await ownDirectory(path.join(stage.directory, name));
    proxy.port = await freePort();
    proxy.url = `http://127.0.0.1:${proxy.port}/mcp`;
    return proxy;
  }

  /** Starts it, with nodes at these ports. */
  async start(ports) {
    const file = path.join(this.#directory, 'nginx.conf');
    await writeFile(file, this.#configuration(await published(ports)));
    const [command, args] = unprivileged(this.#program, '-p', this.#directory, '-c', file, '-e', 'stderr');
    this.#stage.start(this.#name, command, args);
    const deadline = Date.now() + 10_000;
    while (!await answers(this.port)) {
      if (Date.now() > deadline) {
        throw new Error(`nginx did not start: ${await this.#stage.output(this.#name, 'err')}`);
      }
      await pause(50);
    }
  }

  /** How many requests each node got so far, by its port. */
  async counts() {
    const log = await readFile(path.join(this.#directory, 'access.log'), 'utf8');
    const counts = {};
    for (const [port] of log.matchAll(/(?<=^127\.0\.0\.1:)\d+/gm)) {
      counts[port] = (counts[port] ?? 0) + 1;
    }
    return counts;
  }

  #configuration({ upstream, location }) {
    const directories = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map(name => `${name}_temp_path ${this.#directory}/${name};`).join(' ');
    return `
daemon off;
worker_processes 1;
pid ${this.#directory}/nginx.pid;
events { worker_connections 4096; }
http {
  ${directories}
  log_format nodes '$upstream_addr $request_method $status';
  access_log ${this.#directory}/access.log nodes;
  ${upstream}
  server {
    listen 127.0.0.1:${this.port};
    ${location}
  }
}
`;
  }
}

/** The two blocks of the page, with other addresses. */
async function published(ports) {
  const page = await readFile(PAGE, 'utf8');
  const [, block] = page.match(/^```nginx\n(upstream [\s\S]*?)^```$/m) ?? fail('docs/deployment.md has no block "upstream"');
  const at = block.search(/^location /m);
  let next = 0;
  const upstream = block.slice(0, at).replace(/server [\w.:-]+/g, () => `server 127.0.0.1:${ports[next++]}`);
  if (at < 0 || next !== ports.length) {
    fail(`docs/deployment.md has not ${ports.length} servers and a location`);
  }
  return { upstream, location: block.slice(at) };
}

function answers(port) {
  return new Promise(resolve => {
    request({ host: '127.0.0.1', port, path: '/', agent: false }, answer => {
      answer.resume();
      resolve(true);
    }).on('error', () => resolve(false)).end();
  });
}

function fail(message) {
  throw new Error(message);
}

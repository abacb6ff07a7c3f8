import { spawn } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { withoutSettings } from '../conformance/run.mjs';

const LIMIT_MS = 40_000;
const AUTHORIZATION_URL = /https?:\/\/[^\s"]+[?&]response_type=code[^\s"]*(?=[\s"])/g;

/** A home directory of its own for a client, where opening a browser does nothing: the user reads what is printed. */
export async function home(stage, name) {
  const directory = path.join(stage.directory, `home-${name.replace(/\W+/g, '-')}`);
  const bin = path.join(directory, 'bin');
  await mkdir(bin, { recursive: true });
  await writeFile(path.join(bin, 'xdg-open'), '#!/bin/sh\n');
  await chmod(path.join(bin, 'xdg-open'), 0o755);
  const env = withoutSettings();
  return { directory, env: { ...env, HOME: directory, PATH: `${bin}:${env.PATH}` } };
}

/** Reads what a program prints, and visits each authorization URL in it once. */
export class Reader {
  text = '';
  #seen = new Set();
  #visits = [];
  #user;

  constructor(user) {
    this.#user = user;
  }

  add(chunk) {
    this.text += chunk;
    for (const [url] of this.text.matchAll(AUTHORIZATION_URL)) {
      if (!this.#seen.has(url)) {
        this.#seen.add(url);
        this.#visits.push(this.#user.visit(url).catch(error => error));
      }
    }
  }

  /** Waits for the visits; the first that failed is thrown. */
  async visited() {
    const failure = (await Promise.all(this.#visits)).find(one => one instanceof Error);
    if (failure) {
      throw failure;
    }
  }
}

/** Runs a program, by default one of this Node, to its end, its user at hand; gives what it wrote and its exit status. */
export async function runToEnd(user, args, { env, input = '', command = process.execPath }) {
  const child = spawn(command, args, { env, stdio: 'pipe' });
  const reader = new Reader(user);
  let out = '';
  child.stdout.setEncoding('utf8').on('data', chunk => {
    out += chunk;
    reader.add(chunk);
  });
  child.stderr.setEncoding('utf8').on('data', chunk => reader.add(chunk));
  child.stdin.on('error', () => {}).end(input);
  const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  const status = await new Promise(resolve => child.once('error', resolve).once('close', resolve));
  clearTimeout(limit);
  await reader.visited();
  return { status, out, text: reader.text };
}

/** The file of a package's program. */
export function programOf(name, file) {
  return path.join(import.meta.dirname, 'node_modules', name, file);
}

/** A port that is free now, for a program that has to be told one. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise(resolve => server.close(resolve));
  return port;
}

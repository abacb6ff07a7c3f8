import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const READY_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 15_000;
const POLL_MS = 100;

/** What a run has started, and how all of it ends. */
export class Stage {
  #servers = [];
  #processes = new Set();
  #closed = false;
  directory;

  async open() {
    this.directory = await mkdtemp(path.join(tmpdir(), 'mcp-conformance-'));
  }

  /** Serves on a free port of the loopback interface and gives the origin. */
  async serve(server) {
    this.#servers.push(server);
    await new Promise((resolve, reject) =>
      server.once('error', reject).listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${server.address().port}`;
  }

  /** Starts a program whose output goes to files; the result says when it ended, and with which status. */
  start(name, command, args, env = process.env) {
    if (this.#closed) {
      throw new Error('the run is over');
    }
    const outputs = ['out', 'err'].map(kind => openSync(this.#file(name, kind), 'w'));
    const child = spawn(command, args, { cwd: this.directory, env, stdio: ['ignore', ...outputs] });
    outputs.forEach(closeSync);
    const ended = new Promise(resolve => child.once('error', resolve).once('exit', resolve));
    const running = { name, child, ended };
    this.#processes.add(running);
    ended.then(() => this.#processes.delete(running));
    return running;
  }

  /** Waits until a program writes a line with the given word, and gives the rest of that line. */
  async told(running, word) {
    const deadline = Date.now() + READY_LIMIT_MS;
    while (Date.now() < deadline) {
      const output = await this.output(running.name);
      const rest = output.match(new RegExp(`^${word} (.*)\\n`, 'm'))?.[1];
      if (rest) {
        return rest;
      }
      if (!this.#processes.has(running)) {
        break;
      }
      await pause(POLL_MS);
    }
    throw new Error(`${running.name} did not say '${word}':\n${await this.output(running.name, 'err')}`);
  }

  /** What a program wrote so far. */
  output(name, kind = 'out') {
    return readFile(this.#file(name, kind), 'utf8');
  }

  /** Waits for a program, which has to end in time. */
  async end(running, limitMs) {
    const inTime = await this.#within(running.ended, limitMs);
    if (!inTime) {
      running.child.kill('SIGKILL');
      throw new Error(`${running.name} did not end within ${limitMs / 1000} s`);
    }
  }

  async close() {
    this.#closed = true;
    const processes = [...this.#processes];
    processes.forEach(({ child }) => child.kill());
    for (const { child, ended } of processes) {
      if (!await this.#within(ended, STOP_LIMIT_MS)) {
        child.kill('SIGKILL');
        await ended;
      }
    }
    for (const server of this.#servers) {
      server.close();
      server.closeAllConnections();
    }
    if (this.directory) {
      await rm(this.directory, { recursive: true, force: true });
    }
  }

  #within(promise, limitMs) {
    const timer = new AbortController();
    return Promise.race([
      promise.then(() => true),
      pause(limitMs, false, { signal: timer.signal }).catch(() => false),
    ]).finally(() => timer.abort());
  }

  #file(name, kind) {
    return path.join(this.directory, `${name}.${kind}`);
  }
}

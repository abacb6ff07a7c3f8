import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

const START_LIMIT_MS = 90_000;
const STOP_LIMIT_MS = 10_000;
const POLL_MS = 100;
const LOGS = new URL('target/logs/', import.meta.url);

/** A command that runs in a group of its own, so that what it starts ends with it, and writes to a file. */
export class Running {
  #name;
  #log;
  #child;
  #ended;
  #how;

  constructor(name, command, args, env) {
    this.#name = name;
    this.#log = new URL(`${name}.log`, LOGS);
    mkdirSync(LOGS, { recursive: true });
    const log = openSync(this.#log, 'w');
    this.#child = spawn(command, args, { detached: true, env, stdio: ['ignore', log, log] });
    closeSync(log);
    this.#ended = new Promise(resolve =>
      this.#child.once('error', error => resolve(String(error))).once('exit', status => resolve(`status ${status}`)));
    this.#ended.then(how => { this.#how = how; });
  }

  /** Waits until it is as wanted, and gives what says so; fails where it ends before, or takes too long. */
  async until(wanted) {
    for (const end = Date.now() + START_LIMIT_MS; Date.now() < end && !this.#how; await pause(POLL_MS)) {
      const found = await wanted();
      if (found) {
        return found;
      }
    }
    throw new Error(`${this.#name} ${this.#how ? `ended with ${this.#how}` : 'was not ready in time'}:\n${await this.written()}`);
  }

  /** What it wrote so far. */
  written() {
    return readFile(this.#log, 'utf8');
  }

  async end() {
    if (!this.#child.pid) {
      return;
    }
    this.#signal('SIGTERM');
    if (await Promise.race([this.#ended, pause(STOP_LIMIT_MS, null)]) === null) {
      this.#signal('SIGKILL');
      await this.#ended;
    }
  }

  #signal(kind) {
    try {
      process.kill(-this.#child.pid, kind);
    } catch (error) {
      if (error.code !== 'ESRCH') {
        throw error;
      }
    }
  }
}

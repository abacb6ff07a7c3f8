import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { withoutSettings } from '../conformance/run.mjs';
import { freePort } from './ports.mjs';

const JAR = fileURLToPath(new URL('../../mcp-auth-examples/target/file-tools.jar', import.meta.url));
const LONGEST_STOP_MS = 20_000;
const LONGEST_COMMAND_MS = 60_000;
const TRIES = 3;

/** Exit status of a command whose database does not answer in time, as on a machine that is busy starting Java. */
const STORE_FAILED = 2;

/** A file-tools process. */
export class Node {
  /** The names of its outputs, one for each start. */
  outputs = [];
  #stage;
  #running;

  static async of(stage, name, settings) {
    const node = new Node();
    node.#stage = stage;
    node.name = name;
    node.settings = settings;
    node.port = await freePort();
    node.url = `http://127.0.0.1:${node.port}/mcp`;
    return node;
  }

  /**
   * Starts it.
   *
   * @param settings beside its own, such as those of libfaketime
   */
  async start(settings = {}) {
    const output = `${this.name}-${this.outputs.length + 1}`;
    this.outputs.push(output);
    this.#running = this.#stage.start(output, 'java', ['-XX:+ExitOnOutOfMemoryError', '-jar', JAR],
      { ...withoutSettings(), FILE_TOOLS_PORT: `${this.port}`, ...this.settings, ...settings });
    await this.#stage.told(this.#running, 'ready');
  }

  async stop() {
    this.#running.child.kill();
    await this.#stage.end(this.#running, LONGEST_STOP_MS);
  }

  /** Ends it without a word, in the middle of whatever it does. */
  async kill() {
    this.#running.child.kill('SIGKILL');
    await this.#stage.end(this.#running, LONGEST_STOP_MS);
  }
}

/** The command line `access`, on the store that settings name. */
export class AccessCommand {
  #settings;

  constructor(settings) {
    this.#settings = { ...withoutSettings(), ...settings };
  }

  /** Runs it, and gives its exit status and what it said. */
  run(...args) {
    return this.begin(...args).ended;
  }

  /** Runs it until it is done, a few times at most where the database did not answer in time. */
  async done(...args) {
    for (let tries = 1; ; tries++) {
      const { status, out, err } = await this.run(...args);
      if (status === 0) {
        return out;
      }
      if (status !== STORE_FAILED || tries === TRIES) {
        throw new Error(`access ${args.join(' ')} ended with ${status}: ${err || out}`);
      }
    }
  }

  /** Starts it: what runs can be killed. */
  begin(...args) {
    let child;
    const ended = new Promise(resolve => {
      // The fastest way to a short run of Java, and none to a faster store.
      child = execFile('java', ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-jar', JAR, 'access', ...args],
        { env: this.#settings, timeout: LONGEST_COMMAND_MS },
        (error, out, err) => resolve({ status: error ? error.code ?? error.signal : 0, out, err }));
    });
    return { child, ended };
  }
}

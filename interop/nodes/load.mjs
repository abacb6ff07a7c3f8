import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const LOOP = fileURLToPath(new URL('loop.mjs', import.meta.url));

/** Callers in a loop, in a process of their own, so that whoever measures is not held up by them. */
export class Load {
  #child;
  #begun;

  /** Starts so many, each with a token and, where that is said, a session of its own. */
  static async start(url, tokens, sessions) {
    const load = new Load();
    load.#child = fork(LOOP);
    load.#child.send({ url, tokens, sessions });
    await load.#told('running');
    load.#begun = Date.now();
    return load;
  }

  /** What was answered since the last time that this was asked: how often each status, and how many a second. */
  async answers() {
    this.#child.send({ count: true });
    const { statuses } = await this.#told('statuses');
    const seconds = (Date.now() - this.#begun) / 1000;
    this.#begun = Date.now();
    const all = Object.values(statuses).reduce((sum, count) => sum + count, 0);
    return { statuses, perSecond: Math.round(all / seconds) };
  }

  async stop() {
    if (this.#child.exitCode === null) {
      const ended = new Promise(resolve => this.#child.once('exit', resolve));
      this.#child.kill();
      await ended;
    }
  }

  #told(member) {
    return new Promise((resolve, reject) => {
      const over = () => reject(new Error('the load ended'));
      const listen = message => {
        if (member in message) {
          this.#child.off('message', listen).off('exit', over);
          resolve(message);
        }
      };
      this.#child.on('message', listen).once('exit', over);
    });
  }
}

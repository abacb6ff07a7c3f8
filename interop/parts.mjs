import { Checks } from './checks.mjs';
import { elide } from './secrets.mjs';

/** The parts of a run, and how it ends: status 0 if all passed, 1 if a check failed, 2 if it could not be done. */
export class Parts {
  #name;
  #stage;
  #parts = [];
  #ending = null;

  constructor(name, stage) {
    this.#name = name;
    this.#stage = stage;
  }

  async run(steps, timeLimitMs) {
    process.once('SIGINT', () => this.#finish(130));
    process.once('SIGTERM', () => this.#finish(143));
    // A client may leave a promise behind that fails later; that is a failed check, not the end.
    process.on('unhandledRejection', error => this.#parts.at(-1)?.broken(error));
    setTimeout(() => {
      this.#parts.at(-1)?.that(`ends within ${timeLimitMs / 1000} s`, false);
      this.#finish(1);
    }, timeLimitMs);
    try {
      await this.#stage.open();
      await steps(this);
    } catch (error) {
      if (!this.#ending) {
        console.error(`${this.#name}: ${elide(error?.stack)}`);
        await this.#finish(2);
      }
    }
    await this.#finish(this.#sum('failed') === 0 && this.#sum('passed') > 0 ? 0 : 1);
  }

  /** Does one part; where it breaks off, that is a failed check, and the next part goes on. */
  async part(name, steps) {
    const checks = new Checks(name);
    this.#parts.push(checks);
    try {
      await steps(checks);
    } catch (error) {
      checks.broken(error);
    }
  }

  #sum(member) {
    return this.#parts.reduce((total, checks) => total + checks[member], 0);
  }

  #finish(status) {
    this.#ending ??= this.#stage.close().then(() => {
      console.log(`${this.#sum('passed')} passed, ${this.#sum('failed')} failed`);
      process.exit(status);
    });
    return this.#ending;
  }
}

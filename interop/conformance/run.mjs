import { Stage } from './stage.mjs';

/** One run of the suite: what failed in it, and how it ends in time. */
export class Run {
  stage = new Stage();
  #failures = [];
  #ending = null;

  get failed() {
    return this.#failures.length > 0;
  }

  /** Does everything, and ends the process: status 0 if nothing failed, 1 if something did, 2 if it could not be done. */
  async through(steps, timeLimitMs) {
    process.once('SIGINT', () => this.#finish(130));
    process.once('SIGTERM', () => this.#finish(143));
    setTimeout(() => {
      console.error(`conformance: not done within ${timeLimitMs / 1000} s`);
      this.#finish(1);
    }, timeLimitMs);
    try {
      await this.stage.open();
      await steps(this);
    } catch (error) {
      if (!this.#ending) {
        console.error(`conformance: ${error.message}`);
        await this.#finish(2);
      }
    }
    if (!this.#ending) {
      console.log(this.failed ? `${this.#failures.length} failed` : 'nothing failed');
    }
    await this.#finish(this.failed ? 1 : 0);
  }

  expect(what, holds, details = []) {
    // What is stopped half-way fails in many ways, none of them worth telling.
    if (!holds && !this.#ending) {
      this.#failures.push(what);
      console.log([`FAILED ${what}`, ...details].join('\n    '));
    }
  }

  #finish(status) {
    this.#ending ??= this.stage.close().then(() => process.exit(status));
    return this.#ending;
  }
}

/** The settings of whoever runs this are not those of the run. */
export function withoutSettings() {
  return Object.fromEntries(['PATH', 'HOME', 'JAVA_HOME', 'TMPDIR', 'LANG']
    .filter(name => process.env[name]).map(name => [name, process.env[name]]));
}

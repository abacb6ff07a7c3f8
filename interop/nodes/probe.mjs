import { setTimeout as pause } from 'node:timers/promises';

const EVERY_MS = 10;

/**
 * Asks a node again and again as one caller, and remembers when it was refused first: with the status that is expected,
 * or with a 503 that says to ask again, as who is cut off between the decision and the answer gets once.
 */
export class Probe {
  /** When the first refusal was answered. */
  refusedAt;
  /** The statuses of the answers after it. */
  after = [];
  statuses = new Set();
  #over = false;
  #running;

  /** @param status that of a refusal */
  constructor(caller, url, status) {
    this.status = status;
    this.#running = this.#run(caller, url);
  }

  /** Waits until it was refused, and some more; fails where it never is. */
  async refused(limitMs = 10_000) {
    const deadline = Date.now() + limitMs;
    while (this.after.length < 10 && Date.now() < deadline) {
      await pause(EVERY_MS);
    }
    await this.stop();
    return this.refusedAt !== undefined;
  }

  async stop() {
    this.#over = true;
    await this.#running;
  }

  async #run(caller, url) {
    while (!this.#over) {
      const { status, answered } = await caller.call(url);
      this.statuses.add(status);
      if (this.refusedAt !== undefined) {
        this.after.push(status);
      } else if (status === this.status || status === 503) {
        this.refusedAt = answered;
      }
      await pause(EVERY_MS);
    }
  }
}

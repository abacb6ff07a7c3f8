import { setTimeout as pause } from 'node:timers/promises';
import { Browser } from '../browser.mjs';

const MOST_TRIES = 50;
const TRY_AGAIN_MS = 200;

/** The user of one client: logs in, allows what is asked for, and lets the browser go back to the client. */
export class User {
  /** The authorization requests that the client sent its user with, oldest first. */
  requests = [];
  #browser;

  constructor({ name, password }) {
    this.#browser = new Browser(name, password);
  }

  /** Gives the answer of the authorization server, for a client that has no listener of its own. */
  async answer(url) {
    const request = new URL(url).searchParams;
    this.requests.push(request);
    const { callback } = await this.#browser.visit(new URL(url), request.get('redirect_uri'));
    return callback;
  }

  /** Only looks where the client sends its user. */
  look(url) {
    this.requests.push(new URL(url).searchParams);
  }

  /** Brings the answer to the listener of the client. */
  async visit(url) {
    const callback = await this.answer(url);
    for (let left = MOST_TRIES; left > 0; left--) {
      try {
        return (await fetch(callback)).status;
      } catch {
        // Some clients name the page before they listen; a person is slower than that.
        await pause(TRY_AGAIN_MS);
      }
    }
    throw new Error(`the client does not listen at ${callback.origin}`);
  }
}

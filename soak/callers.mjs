import { Agent, request } from 'node:http';

/** Callers with tokens: so many calls a second on kept connections, and some on new ones. */
export class Callers {
  samples = [];
  #timers = [];
  #agent = new Agent({ keepAlive: true, maxSockets: 20 });

  /**
   * @param callers the headers of each
   */
  constructor(url, callers, body, start) {
    Object.assign(this, { url, callers, body, start });
  }

  run(perSecond) {
    let number = 0;
    this.#timers.push(setInterval(() => this.#call(this.#agent, 'kept', number++),
      1000 / perSecond));
    this.#timers.push(setInterval(() => this.#call(new Agent(), 'new', number++), 500));
  }

  stop() {
    this.#timers.forEach(clearInterval);
    this.#agent.destroy();
  }

  #call(agent, connection, number) {
    const begin = performance.now();
    const done = status => this.samples.push({
      at: (begin - this.start) / 1000, took: performance.now() - begin, status, connection });
    const call = request(this.url, { method: 'POST', agent, timeout: 60_000, headers: {
      'Content-Type': 'application/json', 'Accept': 'application/json, text/event-stream',
      'Content-Length': Buffer.byteLength(this.body),
      ...this.callers[number % this.callers.length] } }, response => {
      response.resume();
      response.on('end', () => done(response.statusCode));
      response.on('error', () => done('broken'));
    });
    call.on('error', () => done('no answer'));
    call.on('timeout', () => call.destroy());
    call.end(this.body);
  }
}

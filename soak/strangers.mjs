import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';

const HEAD = 'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';

const INITIALIZE = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: {
  protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'soak', version: '1' } } });
const encoded = value => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Everything that somebody without a credential can hold, repeated until it is stopped. */
class Strangers {
  counts = new Map();
  #stopped = false;
  #timers = [];
  #sockets = new Set();

  constructor(url) {
    this.url = url;
    this.port = new URL(url).port;
  }

  /** A good token with another signature each time. */
  forged(perSecond, token) {
    const input = token.slice(0, token.lastIndexOf('.'));
    this.#often('forged', perSecond, () => fetch(this.url, { method: 'POST', body: INITIALIZE,
      headers: { 'Content-Type': 'application/json',
        'Authorization': `Bearer ${input}.${randomBytes(256).toString('base64url')}` } }));
  }

  /** Assertions that none of the client's keys signed. */
  assertions(perSecond, { issuer, clientId, endpoint }) {
    this.#often('bad assertion', perSecond, () => {
      const now = Math.floor(Date.now() / 1000);
      const input = `${encoded({ alg: 'ES256', kid: 'k', typ: 'client-authentication+jwt' })}.${
        encoded({ iss: clientId, sub: clientId, aud: issuer, iat: now, exp: now + 60,
          jti: randomBytes(8).toString('hex') })}`;
      return fetch(endpoint, { method: 'POST',
        body: new URLSearchParams({ grant_type: 'authorization_code', code: 'x',
          code_verifier: 'x'.repeat(43), redirect_uri: 'http://127.0.0.1:53682/callback',
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: `${input}.${randomBytes(64).toString('base64url')}` }) });
    });
  }

  /** Sessions that nobody uses. */
  sessions(perSecond) {
    this.#often('session', perSecond, () => fetch(this.url, { method: 'POST', body: INITIALIZE,
      headers: { 'Content-Type': 'application/json',
        'Accept': 'application/json, text/event-stream' } }));
  }

  /** Bodies that begin and do not end. */
  held(number) {
    this.#connections('held', number, socket =>
      socket.write(`${HEAD}Content-Length: 60000\r\n\r\n{"jsonrpc":"2.0"`));
  }

  /** Bodies of eight megabytes that nobody has announced. */
  endless(number) {
    const chunk = `10000\r\n${' '.repeat(65536)}\r\n`;
    this.#connections('endless', number, socket => {
      let left = 128;
      const more = () => {
        while (left-- > 0 && socket.write(chunk));
      };
      socket.on('drain', more);
      socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`);
      more();
    });
  }

  /** A byte every two seconds. */
  dripping(number) {
    this.#connections('dripping', number, socket => {
      socket.write(`${HEAD}Content-Length: 60000\r\n\r\n`);
      const timer = setInterval(() => socket.write(' '), 2000);
      socket.on('close', () => clearInterval(timer));
    });
  }

  /** Calls in a row on one connection, whose answers nobody takes. */
  deaf(number, body) {
    const call = `${HEAD}Accept: application/json, text/event-stream\r\nContent-Length: ${
      body.length}\r\n\r\n${body}`;
    this.#connections('deaf', number, socket => {
      socket.pause();
      socket.write(call.repeat(2000));
    });
  }

  /** Event streams. */
  streams(number) {
    this.#connections('stream', number, socket => socket.write(
      'GET /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n'));
  }

  end() {
    this.#stopped = true;
    this.#timers.forEach(clearInterval);
    this.#sockets.forEach(socket => socket.destroy());
  }

  /** Calls an action so often a second. */
  #often(name, perSecond, action) {
    this.#timers.push(setInterval(() => {
      action().then(
        async response => {
          await response.arrayBuffer();
          this.#count(`${name} ${response.status}`);
        },
        () => this.#count(`${name} failed`));
    }, 1000 / perSecond));
  }

  #connections(name, number, begin) {
    for (let i = 0; i < number; i++) {
      this.#timers.push(setTimeout(() => this.#open(name, begin), i * 20));
    }
  }

  #open(name, begin) {
    if (this.#stopped) {
      return;
    }
    const socket = connect(this.port, '127.0.0.1', () => begin(socket));
    this.#sockets.add(socket);
    socket.once('data', data =>
      this.#count(`${name} ${/^HTTP\/1.1 (\d+)/.exec(data.toString('latin1'))?.[1] ?? '?'}`));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#count(`${name} ended`);
      this.#timers.push(setTimeout(() => this.#open(name, begin), 2000));
    });
  }

  #count(what) {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }
}

// A process of their own, or their work would be measured as the latency of others.
let strangers;
process.on('message', ({ url, begin }) => {
  if (begin) {
    strangers = new Strangers(url);
    Object.entries(begin).forEach(([what, values]) => strangers[what](...values));
  } else {
    strangers.end();
    process.send([...strangers.counts].sort(), () => process.exit(0));
  }
});

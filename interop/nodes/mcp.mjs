import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { keepSecret } from '../secrets.mjs';

const TIME_LIMIT_MS = 20_000;
const STREAM_LIMIT_MS = 30_000;
const REVISION = '2025-11-25';

/** One connection for each that asks at a time, as a client has it. */
const agent = new Agent({ keepAlive: true });

/** What a caller asks for, at a node or at the proxy, with a token. */
export class Caller {
  session;

  constructor(token) {
    this.token = token;
  }

  /** Opens a session. */
  async open(url) {
    const answer = await this.#post(url, 'initialize', {
      protocolVersion: REVISION, capabilities: {}, clientInfo: { name: 'nodes', version: '1' },
    }, undefined);
    this.session = answer.headers?.['mcp-session-id'];
    keepSecret(this.session);
    return answer;
  }

  /** Calls the tool that lists the files. */
  call(url) {
    return this.#post(url, 'tools/call', { name: 'list_files', arguments: {} }, this.session);
  }

  /** Ends the session. */
  close(url) {
    return send(url, 'DELETE', this.#headers(this.session), '');
  }

  /** Opens the event stream of the session; gives its status, and a promise of when it ends, or of a time far off. */
  stream(url) {
    return new Promise((resolve, reject) => {
      const call = request(url, { agent: false, headers: {
        ...this.#headers(this.session), accept: 'text/event-stream' } }, answer => {
        answer.resume();
        const ended = new Promise(over => answer.once('close', () => over(Date.now())));
        resolve({ status: answer.statusCode, ended: () => Promise.race([ended, pause(STREAM_LIMIT_MS, Infinity)]) });
      });
      call.once('error', reject).end();
    });
  }

  #post(url, method, params, session) {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    return send(url, 'POST', { ...this.#headers(session), 'content-type': 'application/json',
      accept: 'application/json, text/event-stream', 'content-length': Buffer.byteLength(body) }, body);
  }

  #headers(session) {
    return { authorization: `Bearer ${this.token}`, 'mcp-protocol-version': REVISION,
      ...session && { 'mcp-session-id': session } };
  }
}

/** Sends a request, and gives status, headers, text, and when it was answered; status 0 where nothing came. */
export function send(url, method, headers, body) {
  return new Promise(resolve => {
    const failed = error => resolve({ status: 0, error: error.code, text: '', answered: Date.now() });
    const call = request(url, { method, agent, headers, timeout: TIME_LIMIT_MS }, answer => {
      const chunks = [];
      answer.on('data', chunk => chunks.push(chunk));
      answer.once('error', failed);
      answer.once('end', () => resolve({ status: answer.statusCode, headers: answer.headers,
        text: Buffer.concat(chunks).toString('utf8'), answered: Date.now() }));
    });
    call.once('error', failed).once('timeout', () => call.destroy(Object.assign(new Error(), { code: 'TIMEOUT' })));
    call.end(body);
  });
}

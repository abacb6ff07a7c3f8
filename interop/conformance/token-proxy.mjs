import { createServer, request as open } from 'node:http';

/** What belongs to one connection and not to the message (RFC 9110 section 7.6.1). */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'upgrade', 'te', 'trailer']);

/**
 * The public face of a guard: passes everything on as it is, `Host` and `Origin` included, unbuffered, and adds the
 * access token that the suite does not have.
 */
export class TokenProxy {
  #server = createServer((req, res) => this.#pass(req, res));
  /** The guard, once it is there: its `hostname` and `port`. */
  target;
  /** The access token; without it requests go as they came. */
  token;

  get server() {
    return this.#server;
  }

  #pass(req, res) {
    const { hostname, port } = this.target;
    const headers = endToEnd(req.rawHeaders);
    if (this.token) {
      headers.push('Authorization', `Bearer ${this.token}`);
    }
    // A connection for each request: one that is kept could be closed at the other end just as it is used again.
    const out = open({ hostname, port, method: req.method, path: req.url, headers, agent: false });
    out.on('response', answer => {
      res.writeHead(answer.statusCode, answer.statusMessage, endToEnd(answer.rawHeaders));
      res.flushHeaders();
      answer.on('error', () => res.destroy());
      answer.pipe(res);
    });
    out.on('error', () => this.#unreachable(res));
    req.on('error', () => out.destroy());
    res.on('close', () => out.destroy());
    req.pipe(out);
  }

  #unreachable(res) {
    if (res.headersSent) {
      res.destroy();
    } else {
      // No status that a scenario could take for an answer of a server.
      res.writeHead(599, 'The guard cannot be reached').end();
    }
  }
}

function endToEnd(rawHeaders) {
  const kept = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (!HOP_BY_HOP.has(rawHeaders[at].toLowerCase())) {
      kept.push(rawHeaders[at], rawHeaders[at + 1]);
    }
  }
  return kept;
}

import { createServer, request as open } from 'node:http';

/** What belongs to one connection and not to the message (RFC 9110 section 7.6.1). */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'upgrade', 'te', 'trailer']);

/** The public face of a server: passes everything on as it is, unbuffered, and remembers what was asked and answered. */
export class Watch {
  exchanges = [];
  /** The server, once it is there: its `hostname` and `port`. */
  target;
  server = createServer((req, res) => this.#pass(req, res));

  /** Runs the action and gives the exchanges that it caused, beside its result. */
  async during(action) {
    const before = this.exchanges.length;
    const result = await action();
    return { result, exchanges: this.exchanges.slice(before) };
  }

  async #pass(req, res) {
    const chunks = [];
    for await (const chunk of req) {
      chunks.push(chunk);
    }
    const body = Buffer.concat(chunks);
    const exchange = {
      what: what(req, body),
      withToken: /^bearer /i.test(req.headers.authorization ?? ''),
      scheme: req.headers.authorization?.split(' ')[0].toLowerCase(),
      revision: req.headers['mcp-protocol-version'],
    };
    this.exchanges.push(exchange);
    const out = open({
      ...this.target, method: req.method, path: req.url, headers: endToEnd(req.rawHeaders), agent: false,
    });
    out.on('response', answer => {
      exchange.status = answer.statusCode;
      exchange.challenge = answer.headers['www-authenticate'];
      res.writeHead(answer.statusCode, answer.statusMessage, endToEnd(answer.rawHeaders));
      res.flushHeaders();
      answer.on('error', () => res.destroy());
      answer.pipe(res);
    });
    out.on('error', () => res.destroy());
    res.on('close', () => out.destroy());
    out.end(body);
  }
}

/** `tools/call write_file`, or `GET /mcp`. */
function what(req, body) {
  try {
    const { method, params } = JSON.parse(body);
    return [method ?? 'response', params?.name].filter(Boolean).join(' ');
  } catch {
    return `${req.method} ${req.url.split('?')[0]}`;
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

import { keepSecret } from './secrets.mjs';

const SECRET_MEMBERS = [
  'access_token', 'refresh_token', 'id_token', 'client_secret', 'registration_access_token',
];
const SECRET_FIELDS = [...SECRET_MEMBERS, 'token', 'code', 'code_verifier'];

/** A `fetch` that remembers what was sent and what came back, as it was on the wire. */
export class Recorder {
  exchanges = [];
  #spoilsNextCall = false;

  fetch = async (input, init = {}) => {
    const headers = new Headers(init.headers);
    const body = typeof init.body === 'string' || init.body instanceof URLSearchParams
      ? String(init.body) : '';
    const exchange = {
      method: (init.method ?? 'GET').toUpperCase(),
      url: String(input),
      authorization: headers.get('authorization'),
      proof: headers.get('dpop'),
      session: headers.get('mcp-session-id'),
      json: parsed(body),
      form: body.startsWith('{') ? null : new URLSearchParams(body),
    };
    for (const field of SECRET_FIELDS) {
      keepSecret(exchange.form?.get(field));
    }
    if (this.#spoilsNextCall && exchange.json?.method === 'tools/call') {
      this.#spoilsNextCall = false;
      headers.set('authorization', spoilt(exchange.authorization));
    }
    const response = await fetch(input, { ...init, headers });
    exchange.status = response.status;
    exchange.headers = response.headers;
    keepSecret(response.headers.get('mcp-session-id'));
    // A stream of events is left alone: only its reader may wait for it.
    if (response.headers.get('content-type')?.startsWith('application/json')) {
      exchange.answer = parsed(await response.clone().text());
      SECRET_MEMBERS.forEach(member => keepSecret(exchange.answer?.[member]));
    }
    this.exchanges.push(exchange);
    return response;
  };

  /**
   * Breaks the signature of the token in the next call of a tool, so that the server has to refuse
   * it. In no other request: a stream that is opened again meanwhile would renew the token too.
   */
  spoilNextCall() {
    this.#spoilsNextCall = true;
  }

  /** Runs the action and gives the exchanges that it caused, beside its result. */
  async during(action) {
    const before = this.exchanges.length;
    const result = await action();
    return { result, exchanges: this.exchanges.slice(before) };
  }
}

/** Says what an exchange was: `initialize`, `tools/call write_file`, `refresh_token`, or its path. */
export function purpose(exchange) {
  if (exchange.json?.method) {
    const name = exchange.json.params?.name;
    return name ? `${exchange.json.method} ${name}` : exchange.json.method;
  }
  return exchange.form?.get('grant_type') ?? new URL(exchange.url).pathname;
}

/** The parameters of a `WWW-Authenticate` value in the exact form that the server promises. */
export function challengeOf(exchange) {
  const value = exchange.headers.get('www-authenticate') ?? '';
  // Nothing may be left over: clients search this header with regular expressions.
  const form = /^Bearer [a-z_]+="[^"\\]*"(, [a-z_]+="[^"\\]*")*$/;
  if (!form.test(value)) {
    return { malformed: value };
  }
  return Object.fromEntries([...value.matchAll(/([a-z_]+)="([^"]*)"/g)].map(m => [m[1], m[2]]));
}

function spoilt(authorization) {
  const [header, claims, signature] = authorization.split('.');
  return `${header}.${claims}.${signature.startsWith('0') ? '1' : '0'}${signature.slice(1)}`;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

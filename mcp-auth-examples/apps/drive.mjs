import { freePort } from '../../interop/nodes/ports.mjs';
import { Parts } from '../../interop/parts.mjs';
import { LoggingIn, Minting } from './issuers.mjs';
import { Running } from './running.mjs';

const REQUEST_LIMIT_MS = 20_000;
const TIME_LIMIT_MS = 180_000;
const REVISION = '2025-11-25';

const READING = 'notes:read';
const BOTH = 'notes:read notes:write';
const FIRST = process.env.FIRST_SCOPES ?? READING;

const [name, command, ...args] = process.argv.slice(2);
/** Set for an application that brings an issuer of its own, at which a user logs in. */
const logsIn = process.env.DRIVE_LOGIN === 'true';

/** An application as a process, with an issuer that it accepts, and how both end. */
class Stage {
  #issuer = logsIn ? new LoggingIn() : new Minting();
  #application;

  async open() {
    const port = await freePort();
    this.url = `http://localhost:${port}/mcp`;
    await this.#issuer.open();
    this.#application = new Running(name, command, args,
      { ...process.env, PORT: port, MCP_AUTH_RESOURCE: this.url, ...this.#issuer.settings });
    // A connection is not enough: Tomcat listens before the application is there.
    await this.#application.until(async () => (await this.#probe())?.status === 401);
  }

  get issuer() {
    return this.#issuer.url;
  }

  get user() {
    return this.#issuer.user;
  }

  /** A token of the user, for this application unless the claims say otherwise. */
  token(scope, claims) {
    return this.#issuer.token(this.url, scope, claims);
  }

  /** What a login ends with: a code, or an error. */
  async login(resource, scope) {
    return (await this.#issuer.login(resource, scope)).answer;
  }

  async close() {
    await this.#application?.end();
    this.#issuer.close();
  }

  #probe() {
    return request(this.url, { method: 'GET' }).catch(() => null);
  }
}

function request(url, init) {
  return fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(REQUEST_LIMIT_MS), ...init });
}

/** One client of the application, which has one token. */
class Client {
  #url;
  #token;
  #session = {};
  #ids = 0;

  constructor(url, token) {
    this.#url = url;
    this.#token = token;
  }

  async initialize() {
    const answer = await this.call('initialize',
      { protocolVersion: REVISION, capabilities: {}, clientInfo: { name: 'drive', version: '1' } });
    const session = answer.headers.get('mcp-session-id');
    this.#session = session ? { 'mcp-session-id': session } : {};
    this.#session['mcp-protocol-version'] = REVISION;
    await this.#post({ jsonrpc: '2.0', method: 'notifications/initialized' });
    return answer;
  }

  /** The answer to a request: its status and headers, and the JSON of its body or of its event. */
  async call(method, params) {
    const id = ++this.#ids;
    const response = await this.#post({ jsonrpc: '2.0', id, method, ...params && { params } });
    const text = await response.text();
    const event = response.headers.get('content-type')?.startsWith('text/event-stream');
    const data = event ? text.split(/\r?\n/).findLast(line => line.startsWith('data:'))?.slice(5) : text;
    return { status: response.status, headers: response.headers, body: data ? JSON.parse(data) : null };
  }

  tool(tool, args = {}) {
    return this.call('tools/call', { name: tool, arguments: args });
  }

  #post(message) {
    return request(this.#url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...this.#token && { authorization: `Bearer ${this.#token}` },
        ...this.#session,
      },
      body: JSON.stringify(message),
    });
  }
}

function challenge(answer) {
  return answer.headers.get('www-authenticate') ?? '';
}

function parameter(answer, wanted) {
  return challenge(answer).match(new RegExp(`\\b${wanted}="([^"]*)"`))?.[1];
}

async function withoutToken(stage, checks) {
  const answer = await new Client(stage.url).tool('read_notes');
  checks.same('a call without a token is a 401', answer.status, 401);
  const metadata = stage.url.replace('/mcp', '/.well-known/oauth-protected-resource/mcp');
  checks.same('it names the metadata', parameter(answer, 'resource_metadata'), metadata);
  checks.same('it names the first scopes', parameter(answer, 'scope') ?? '', FIRST);
  const response = await request(metadata);
  checks.same('the metadata are there', response.status, 200);
  const document = await response.json();
  checks.same('they name the resource', document.resource, stage.url);
  checks.same('they name the issuer', document.authorization_servers, [stage.issuer]);
  checks.sameScopes('they name the scopes', document.scopes_supported, BOTH);
}

async function withToken(stage, checks) {
  const client = new Client(stage.url, await stage.token(READING));
  const started = await client.initialize();
  checks.same('a token for this server begins a session', started.status, 200);
  checks.that('with a name', typeof started.body?.result?.serverInfo?.name === 'string');
  const listed = await client.call('tools/list');
  checks.same('both tools are listed', listed.body?.result?.tools?.map(tool => tool.name).sort(),
    ['read_notes', 'write_note']);
  const read = await client.tool('read_notes');
  checks.same('a call with its scope is granted', read.status, 200);
  checks.that('the tool knows its caller', told(read).includes(stage.user), told(read));
  const refused = await client.tool('write_note', { text: 'milk' });
  checks.same('a call without its scope is a 403', refused.status, 403);
  checks.same('which says so', parameter(refused, 'error'), 'insufficient_scope');
  checks.sameScopes('and names the scopes', parameter(refused, 'scope'), BOTH);

  const writer = new Client(stage.url, await stage.token(BOTH));
  await writer.initialize();
  const written = await writer.tool('write_note', { text: 'milk' });
  checks.same('with the scope it is granted', written.status, 200);
  checks.that('and no error', written.body?.result !== undefined && !written.body.result.isError, told(written));
  const shown = told(await client.tool('read_notes'));
  checks.that('and was done once', shown.split('milk').length === 2, shown);
}

/** A token for another server is not to be had at an issuer that knows this one alone. */
async function withAnotherLogin(stage, checks) {
  const answer = await stage.login('http://localhost/other', READING);
  checks.same('a login for another server ends without a code', [answer.get('error'), answer.has('code')],
    ['invalid_target', false]);
}

async function withAnotherToken(stage, checks) {
  const foreign = await new Client(stage.url, await stage.token(BOTH, { aud: 'http://localhost/other' })).tool('read_notes');
  checks.same('a token for another server is a 401', foreign.status, 401);
  checks.same('which says so', parameter(foreign, 'error'), 'invalid_token');
  const hour = Math.floor(Date.now() / 1000) - 3600;
  const old = await new Client(stage.url, await stage.token(BOTH, { exp: hour })).tool('read_notes');
  checks.same('a token that is over is a 401', old.status, 401);
}

function told(answer) {
  return answer.body?.result?.content?.[0]?.text ?? JSON.stringify(answer.body);
}

const stage = new Stage();
new Parts('apps', stage).run(async parts => {
  await parts.part(`${name}, no token`, checks => withoutToken(stage, checks));
  await parts.part(`${name}, a good token`, checks => withToken(stage, checks));
  await (logsIn
    ? parts.part(`${name}, another login`, checks => withAnotherLogin(stage, checks))
    : parts.part(`${name}, another token`, checks => withAnotherToken(stage, checks)));
}, TIME_LIMIT_MS);

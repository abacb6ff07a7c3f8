import { inChromium } from './chromium.mjs';
import { FIRST_SCOPES } from './login.mjs';
import { challengeOf } from './recorder.mjs';
import { keepSecret } from './secrets.mjs';

const REVISION = '2025-11-25';
const NEWEST = '2026-07-28';

/** What pages of other origins may do, as a real browser lets them. */
export function cors({ checks, server }, accessToken) {
  const bearer = { authorization: `Bearer ${accessToken}` };
  return inChromium(async browser => {
    const context = await browser.newContext();
    const page = async url => {
      const opened = await context.newPage();
      await opened.goto(url);
      return opened;
    };
    const site = frame =>
      ({ checks, server, bearer, ask: request => frame.evaluate(askInPage, request) });
    const allowedPage = await page(server.pages.allowed);
    const allowed = site(allowedPage);
    await challenged(allowed);
    await metadata(allowed, 'a page of an allowed origin');
    const session = await connected(allowed);
    await refused(site(await page(server.pages.foreign)), 'a page of another origin', session);
    await refused(site(await sandboxed(allowedPage)), 'a sandboxed part of an allowed page', session);
    await ended(allowed, session);
    await exposed(checks, server);
  });
}

/** A frame whose origin is opaque, so that its requests say `Origin: null`. */
async function sandboxed(page) {
  await page.setContent('<iframe sandbox="allow-scripts" srcdoc="<p>sandboxed</p>"></iframe>');
  const frame = page.frames().find(one => one.parentFrame() !== null);
  await frame.waitForSelector('p');
  return frame;
}

/** Without what it needs, the page learns what that is. */
async function challenged({ ask, bearer, checks, server }) {
  const bare = await ask(call(server, 'list_files'));
  checks.same('an allowed page may read the 401', bare.status, 401);
  checks.same('and its challenge', challengeIn(bare).resource_metadata,
    `${server.origin}/.well-known/oauth-protected-resource/mcp`);
  const newest = await ask(newestCall(server));
  checks.same('with the headers of revision 2026-07-28 too', newest.status, 401);
  const spoilt = await ask(call(server, 'list_files', { authorization: 'Bearer garbage' }));
  checks.same('and what is wrong with a token', challengeIn(spoilt).error, 'invalid_token');
  const more = await ask(call(server, 'write_file', bearer));
  checks.same('and which scopes are missing', [more.status, challengeIn(more).error],
    [403, 'insufficient_scope']);
  checks.sameScopes('all of them', challengeIn(more).scope, [...FIRST_SCOPES, 'files:write']);
}

async function metadata({ ask, checks, server }, who) {
  const url = `${server.origin}/.well-known/oauth-protected-resource/mcp`;
  const plain = await ask({ url });
  checks.same(`${who} may read the metadata`, parsed(plain).resource, server.url);
  const asClients = await ask({ url, headers: { 'mcp-protocol-version': REVISION } });
  checks.same('with the header that clients send along', asClients.status, 200);
}

/** The session is handed back: it stays open. */
async function connected({ ask, bearer, checks, server }) {
  const hello = await ask(message(server, 'initialize', {
    protocolVersion: REVISION, capabilities: {}, clientInfo: { name: 'page', version: '1.0.0' },
  }, bearer));
  checks.same('an allowed page connects', hello.status, 200);
  const id = hello.headers?.['mcp-session-id'];
  keepSecret(id);
  checks.that('and reads the id of its session', Boolean(id));
  const session = { ...bearer, 'mcp-session-id': id ?? 'none', 'mcp-protocol-version': REVISION };
  const told = await ask(message(server, 'notifications/initialized', undefined, session));
  checks.same('it sends its notification', told.status, 202);
  const tools = await ask(message(server, 'tools/list', {}, session));
  checks.that('it lists the tools', tools.status === 200 && tools.body.includes('"read_file"'),
    String(tools.status ?? tools.failure));
  const known = await ask(call(server, 'read_file', session, { path: server.knownFile }));
  checks.that('it calls one', known.body?.includes(server.knownText.trim()) === true,
    String(known.status ?? known.failure));
  const accept = 'text/event-stream';
  const stream = await ask(
    { url: server.url, headers: { ...session, accept, 'last-event-id': '0' }, stream: true });
  checks.same('it resumes the stream', [stream.status, stream.headers?.['content-type']?.split(';')[0]],
    [200, accept]);
  return session;
}

async function refused(site, who, session) {
  const { ask, bearer, checks, server } = site;
  const blocked = async (what, request) => {
    const answer = await ask(request);
    checks.same(`${who} cannot ${what}`, answer.failure ?? answer.status, 'TypeError');
  };
  await blocked('read the 401', call(server, 'list_files'));
  await blocked('call a tool', call(server, 'read_file', bearer, { path: server.knownFile }));
  await blocked('call the open tool', call(server, 'about'));
  await blocked('call it without a preflight',
    call(server, 'about', { 'content-type': 'text/plain' }));
  await blocked('open the stream',
    { url: server.url, headers: { ...session, accept: 'text/event-stream' }, stream: true });
  await blocked('end the session', { url: server.url, method: 'DELETE', headers: session });
  await metadata(site, who);
}

async function ended({ ask, checks, server }, session) {
  const before = await ask(message(server, 'tools/list', {}, session));
  checks.same('the session of the allowed page is still there', before.status, 200);
  const end = await ask({ url: server.url, method: 'DELETE', headers: session });
  checks.that('until it ends it', end.status === 200 || end.status === 204,
    String(end.status ?? end.failure));
  const after = await ask(message(server, 'tools/list', {}, session));
  checks.same('then it reads that there is none', after.status, 404);
}

/** Those that no check here makes the server send. */
async function exposed(checks, { url, pages: { allowed } }) {
  const response = await fetch(url, { headers: { origin: allowed, accept: 'text/html' } });
  await response.body?.cancel();
  const names = (response.headers.get('access-control-expose-headers') ?? '').toLowerCase();
  checks.same('every header that a client needs is exposed',
    ['www-authenticate', 'mcp-session-id', 'dpop-nonce', 'retry-after']
      .filter(name => !names.split(/\s*,\s*/).includes(name)), []);
  const vary = response.headers.get('vary')?.toLowerCase().split(/\s*,\s*/) ?? [];
  checks.same('the page varies by what it depends on', vary.sort(), ['accept', 'origin']);
}

function call(server, name, headers = {}, args = {}) {
  return message(server, 'tools/call', { name, arguments: args }, headers);
}

/** A preflight asks for the headers of this revision by name, whatever they are. */
function newestCall(server) {
  const request = call(server, 'list_files', {
    'mcp-protocol-version': NEWEST,
    'mcp-method': 'tools/call',
    'mcp-name': 'list_files',
    'mcp-param-region': 'north',
  });
  request.json.params._meta = {
    'io.modelcontextprotocol/protocolVersion': NEWEST,
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  return request;
}

function message(server, method, params, headers) {
  return {
    url: server.url,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    json: { jsonrpc: '2.0', id: method.startsWith('notifications/') ? undefined : 1, method, params },
  };
}

function challengeIn(answer) {
  return challengeOf({ headers: new Headers(answer.headers) });
}

function parsed(answer) {
  return answer.body ? JSON.parse(answer.body) : {};
}

/** Runs in the page: the request, and as much of the answer as the browser shows to the page. */
async function askInPage({ url, method, headers, json, stream }) {
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), 10_000);
  try {
    const response = await fetch(url, {
      method, headers, body: json && JSON.stringify(json), signal: ending.signal,
    });
    const answer = { status: response.status, headers: Object.fromEntries(response.headers) };
    return stream ? answer : { ...answer, body: await response.text() };
  } catch (error) {
    return { failure: error.name };
  } finally {
    clearTimeout(timer);
    ending.abort();
  }
}

import { access } from 'node:fs/promises';
import path from 'node:path';
import { elide } from '../secrets.mjs';
import { ALL_SCOPES, FIRST_SCOPES } from './file-tools.mjs';
import { HALF_WAY } from './library.mjs';
import { home } from './program.mjs';
import { User } from './user.mjs';

/** By what a client does when a call needs a login after all: in words, whether the call succeeds, and logins. */
const LATE = new Map([
  [true, ['it logs in when it has to', true, 1]],
  [false, ['it shows an error, and sends nobody to log in', false, 0]],
  [HALF_WAY, ['it shows an error, though it names the page to log in at', false, 1]],
]);

const METADATA = 'GET /.well-known/oauth-protected-resource/mcp';
const EVERY_TOOL = ['about', 'delete_file', 'list_files', 'read_file', 'write_file'];

/** From nothing through a login to tools, and on to one that needs another scope. */
export async function wholeWay({ checks, client, server, stage }) {
  const user = new User(server.user);
  const session = await client.open({ server, user, home: await home(stage, client.name) });
  try {
    const { result: tools, exchanges } = await server.watch.during(() => session.tools());
    const first = exchanges.find(e => !e.withToken && e.what !== METADATA);
    checks.same('its first request is answered with a challenge', first?.status, 401);
    checks.same('tools/list has every tool', [...tools].sort(), EVERY_TOOL);
    checks.same('the user logs in once', user.requests.length, 1);
    authorization(checks, server, user.requests[0], client.asksFor ?? FIRST_SCOPES);
    const listing = await session.call('list_files', {});
    checks.that('list_files succeeds', listing.includes('known.txt'), listing);
    checks.same('without another login', user.requests.length, 1);
    await moreScopes({ checks, client, server, user, session });
    const bare = server.watch.exchanges.filter(e => !e.withToken && e.what !== METADATA);
    checks.same('nothing without a token got anything but a 401',
      [...new Set(bare.map(e => e.status))], [401]);
  } finally {
    await session.close?.();
  }
}

function authorization(checks, server, request, scopes) {
  checks.same('authorization request: PKCE with S256, and the resource',
    [request?.get('code_challenge_method'), request?.get('resource')], ['S256', server.url]);
  checks.sameScopes('authorization request: scope', request?.get('scope') ?? '', scopes);
}

/** A call that needs another scope: a 403, and what the client makes of it. */
async function moreScopes({ checks, client, server, user, session }) {
  const file = `${client.name.replace(/\W+/g, '-')}.txt`;
  const { result: error, exchanges } = await server.watch.during(
    () => failureOf(() => session.call('write_file', { path: file, content: 'x' })));
  const calls = exchanges.filter(e => e.what === 'tools/call write_file');
  checks.same('write_file is answered with 403', calls[0]?.status, 403);
  checks.that('which names the scopes',
    /error="insufficient_scope", scope="[^"]*files:write/.test(calls[0]?.challenge), calls[0]?.challenge);
  const written = await exists(path.join(server.root, file));
  if (client.stepsUp === true) {
    checks.same('the client asks its user again, and repeats the call', [error, calls.at(-1)?.status, written],
      [undefined, 200, true]);
    checks.same('the user is asked twice in all', user.requests.length, 2);
    authorization(checks, server, user.requests.at(-1), ALL_SCOPES);
  } else {
    checks.that('the client shows an error', error !== undefined, describe(error));
    const asks = client.stepsUp === HALF_WAY;
    checks.same(asks ? 'though it names the page to log in at' : 'and sends nobody to log in',
      user.requests.length, asks ? 2 : 1);
    if (asks) {
      authorization(checks, server, user.requests.at(-1), ALL_SCOPES);
    }
    checks.that('nothing was written', !written);
  }
}

/** The same client where one tool is open, so that it connects without a login: does it log in when it has to? */
export async function lateLogin({ checks, client, server, stage }) {
  const user = new User(server.user);
  const session = await client.open({ server, user, home: await home(stage, `${client.name}-open`) });
  try {
    const tools = await session.tools();
    checks.same('tools/list has every tool', [...tools].sort(), EVERY_TOOL);
    const { result: error, exchanges } = await server.watch.during(
      () => failureOf(async () => checks.that('list_files succeeds',
        (await session.call('list_files', {})).includes('known.txt'))));
    const bare = exchanges.filter(e => e.what === 'tools/call list_files' && !e.withToken);
    checks.that('the call without a token got nothing but a 401', bare.every(e => e.status === 401));
    const [words, ...expected] = LATE.get(client.logsInLate);
    checks.same(words, [error === undefined, user.requests.length], expected);
  } finally {
    await session.close?.();
  }
}

async function exists(file) {
  return (await failureOf(() => access(file))) === undefined;
}

async function failureOf(action) {
  try {
    await action();
    return undefined;
  } catch (error) {
    return error;
  }
}

function describe(error) {
  return error === undefined ? 'no error' : elide(`${error.constructor.name}: ${error.message}`);
}

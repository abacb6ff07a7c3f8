import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, failureOf, FIRST_SCOPES, login } from './login.mjs';
import { challengeOf, purpose } from './recorder.mjs';

const EVERY_TOOL = ['about', 'delete_file', 'list_files', 'read_file', 'write_file'];
const TOOLS_OF_A_GUEST = EVERY_TOOL.filter(tool => tool !== 'delete_file');
const ALL_SCOPES = [...FIRST_SCOPES, 'files:write'];

/** Connects without credentials, and uses what is open to everybody. */
export async function connectAnonymously(run) {
  const { checks, dialect, provider, recorder, server } = run;
  run.transport = dialect.transport(server.url, provider, recorder.fetch);
  run.client = dialect.client();
  const { exchanges } = await recorder.during(async () => {
    await run.client.connect(run.transport);
    await toolList(run, 'tools/list without a token has every tool', EVERY_TOOL);
    const about = await callTool(run, 'about', {});
    checks.that('about answers without a token', about.includes('4 need a login'), about);
  });
  checks.same('the client connects', run.client.getServerVersion()?.name, 'file-tools');
  checks.same('it starts with', purpose(exchanges[0]), dialect.firstRequest);
  checks.that('initialize is answered 200',
    exchanges.some(e => purpose(e) === 'initialize' && e.status === 200));
  checks.same('nothing of it had a token', exchanges.filter(e => e.authorization !== null).length, 0);
  checks.same('and nothing was refused for lack of one',
    exchanges.filter(e => e.status === 401 || e.status === 403).map(purpose), []);
  checks.same('so the user is not sent to log in', provider.takeAuthorizationUrl(), undefined);
  return exchanges;
}

/** What the first scopes allow, in the session that was opened before the login. */
export async function readingTools(run) {
  const { checks, recorder, server } = run;
  const { exchanges } = await recorder.during(async () => {
    const listing = await callTool(run, 'list_files', {});
    checks.that('list_files succeeds', listing.includes(server.knownFile), listing);
    checks.same('read_file succeeds', await readKnownFile(run), server.knownText);
    await toolList(run, 'tools/list with the token has every tool', EVERY_TOOL);
    const unknown = await failureOf(() => callTool(run, 'format_disk', {}));
    checks.same('a tool that does not exist is a JSON-RPC error', unknown?.code, -32602);
  });
  const before = recorder.exchanges.find(e => purpose(e) === 'tools/list').session;
  checks.that('all in the session from before the login',
    before !== null && exchanges.every(e => e.session === before));
  checks.that('and all with the token', exchanges.every(e => e.authorization !== null));
  checks.same('a session that is not there for whoever has its id alone',
    await aboutIn(before, run), 404);
}

/** The status of the open tool in a session, without a token. */
async function aboutIn(session, { recorder, server }) {
  const response = await recorder.fetch(server.url, {
    method: 'POST',
    headers: {
      'mcp-session-id': session,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({
      jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'about' },
    }),
  });
  await response.body?.cancel();
  return response.status;
}

/** A user without the role that deleting needs: no login for more scopes would help. */
export async function fewerTools(run) {
  const { checks, provider, recorder, server } = run;
  await toolList(run, 'tools/list has no delete_file', TOOLS_OF_A_GUEST);
  checks.same('read_file succeeds', await readKnownFile(run), server.knownText);
  const before = provider.tokens();
  const { result: error, exchanges } = await recorder.during(
    () => failureOf(() => callTool(run, 'delete_file', { path: server.knownFile })));
  checks.that('delete_file fails', error !== undefined, describe(error));
  checks.same('with one 403, and nothing else is asked of anybody',
    exchanges.map(e => `${purpose(e)} ${e.status}`), ['tools/call delete_file 403']);
  checks.same('which names neither error nor scope', Object.keys(challengeOf(exchanges[0])),
    ['resource_metadata']);
  checks.same('the user is not sent to log in', provider.takeAuthorizationUrl(), undefined);
  checks.same('the tokens stay', provider.tokens(), before);
  checks.same('and so does the file', await readKnownFile(run), server.knownText);
}

/** Asks for the tools, and looks at how clients are told what each of them needs. */
async function toolList({ checks, client }, name, expected) {
  const { tools } = await client.listTools();
  checks.same(name, tools.map(tool => tool.name).sort(), expected);
  const needs = Object.fromEntries(tools.map(tool => [tool.name, tool._meta?.securitySchemes]));
  checks.same('each says what it needs', [needs.about, needs.write_file],
    [[{ type: 'noauth' }], [{ type: 'oauth2', scopes: ['files:write'] }]]);
}

/** The 403, the login for more scopes, and the call that then goes through. */
export async function stepUp(run) {
  const { checks, dialect, provider, recorder, server } = run;
  const file = `${dialect.name.replace(/\W/g, '-')}.txt`;
  const text = `written by ${dialect.name}\n`;
  const write = () => callTool(run, 'write_file', { path: file, content: text });
  dialect.beforeStepUp(provider);
  const { result: error, exchanges } = await recorder.during(() => failureOf(write));
  insufficientScope(run, exchanges.filter(e => purpose(e) === 'tools/call write_file'));
  checks.that('the client asks for a login', error instanceof dialect.UnauthorizedError,
    describe(error));
  checks.same('by no refresh', exchanges.filter(e => purpose(e) === 'refresh_token').length, 0);
  checks.that('nothing was written', !(await exists(join(server.root, file))));
  await login(run, ALL_SCOPES);
  checks.same('the user logs in once and is asked twice', run.logins, [true, false]);
  await write();
  checks.same('write_file succeeds: the file is on disk',
    await readFile(join(server.root, file), 'utf8'), text);
  checks.same('read_file still succeeds', await readKnownFile(run), server.knownText);
  await callTool(run, 'delete_file', { path: file });
  checks.that('delete_file succeeds: the file is gone', !(await exists(join(server.root, file))));
}

function insufficientScope({ checks, server }, calls) {
  checks.same('write_file is refused once, with 403', calls.map(e => e.status), [403]);
  const challenge = challengeOf(calls[0]);
  checks.same('the 403 has these parameters, in this order', Object.keys(challenge),
    ['error', 'scope', 'resource_metadata', 'error_description']);
  checks.same('the 403 says insufficient_scope', challenge.error, 'insufficient_scope');
  // Those held already are among them: the 1.x client replaces its scopes by these.
  checks.sameScopes('the 403 names all scopes', challenge.scope, ALL_SCOPES);
  checks.same('the 403 points to the metadata', challenge.resource_metadata,
    `${server.origin}/.well-known/oauth-protected-resource/mcp`);
  checks.that('the 403 has a JSON-RPC error with the id of the request',
    calls[0].answer?.jsonrpc === '2.0' && calls[0].answer?.id === calls[0].json.id
      && Number.isInteger(calls[0].answer?.error?.code),
    JSON.stringify(calls[0].answer));
}

/** Reads the file that the run has put in place. */
export function readKnownFile(run) {
  return callTool(run, 'read_file', { path: run.server.knownFile });
}

/** Calls a tool and gives the text of its result. */
async function callTool({ client }, name, args) {
  const result = await client.callTool({ name, arguments: args });
  const text = result.content.map(part => part.text).join('');
  if (result.isError) {
    throw new Error(`${name} answered with an error: ${text}`);
  }
  return text;
}

async function exists(path) {
  return (await failureOf(() => access(path))) === undefined;
}

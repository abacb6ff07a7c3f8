import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, failureOf, FIRST_SCOPES, login } from './login.mjs';
import { challengeOf, purpose } from './recorder.mjs';

const TOOLS = ['delete_file', 'list_files', 'read_file', 'write_file'];
const ALL_SCOPES = [...FIRST_SCOPES, 'files:write'];

/** Connects with the tokens at hand; a client starts a transport only once, so with a new one. */
export async function connect(run) {
  const { checks, dialect, provider, recorder, server } = run;
  run.transport = dialect.transport(server.url, provider, recorder.fetch);
  run.client = dialect.client();
  const { exchanges } = await recorder.during(() => run.client.connect(run.transport));
  checks.same('the client connects', run.client.getServerVersion()?.name, 'file-tools');
  checks.that('initialize is answered 200',
    exchanges.some(e => purpose(e) === 'initialize' && e.status === 200));
  checks.same('nothing in it is refused for lack of authorization',
    exchanges.filter(e => e.status === 401 || e.status === 403).map(purpose), []);
  return exchanges;
}

/** What the first scopes allow. */
export async function readingTools(run) {
  const { checks, client, server } = run;
  const { tools } = await client.listTools();
  checks.same('tools/list has the four tools', tools.map(tool => tool.name).sort(), TOOLS);
  const listing = await callTool(run, 'list_files', {});
  checks.that('list_files succeeds', listing.includes(server.knownFile), listing);
  checks.same('read_file succeeds', await readKnownFile(run), server.knownText);
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
  await login(run, ALL_SCOPES, true);
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

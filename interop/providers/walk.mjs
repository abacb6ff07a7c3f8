import { elide } from '../secrets.mjs';
import { SdkClient } from './client.mjs';
import { ALL_SCOPES, READING } from './resource.mjs';

const EVERY_TOOL = ['about', 'delete_file', 'list_files', 'read_file', 'write_file'];
let written = 0;

/** A client connects, logs in, lists the tools and calls one; what it does then is the next step. */
export async function connected(run, next) {
  const { checks, resource, issuer, initial, user, registered } = run;
  const client = new SdkClient(resource.url, user, registered);
  try {
    checks.same('tools/list has every tool', (await client.tools()).sort(), EVERY_TOOL);
    checks.same('the user logs in once', user.requests.length, 1);
    checks.same('with PKCE and the resource',
      [user.requests[0].get('code_challenge_method'), user.requests[0].get('resource')], ['S256', resource.url]);
    checks.sameScopes('for the scopes of the challenge', own(user.requests[0].get('scope')), initial);
    checks.same('the token is of this issuer and for this resource', [client.claims.iss, client.claims.aud],
      [issuer, resource.url]);
    checks.that('list_files succeeds', (await client.call('list_files', {})).includes('known.txt'));
    await next({ ...run, client });
  } finally {
    await client.close();
  }
}

/** The client has the scope already. */
export async function writesAtOnce({ checks, client, resource, user }) {
  const { error, exchanges, there } = await writing(client, resource);
  checks.same('write_file succeeds', [error, there], [undefined, true]);
  checks.same('without a 403', exchanges.map(e => e.status), [200]);
  checks.same('and without another login', user.requests.length, 1);
}

/** A 403, another login with the scopes of both, and the call again. */
export async function stepsUp({ checks, client, resource, user }) {
  const { error, exchanges, there } = await writing(client, resource);
  checks.same('write_file is refused, and then succeeds', exchanges.map(e => e.status), [403, 200]);
  checks.same('the file is there', [error, there], [undefined, true]);
  checks.same('the user is asked a second time', user.requests.length, 2);
  checks.sameScopes('for the scopes of both', own(user.requests[1].get('scope')), ALL_SCOPES);
}

/** The provider holds the client to what it registered with, which is the scopes of the first challenge. */
export async function stuckAtStepUp({ checks, client, resource, user }) {
  checks.sameScopes('it registered with the scopes of the challenge', own(client.registered), READING);
  const { error, exchanges, there } = await writing(client, resource);
  checks.same('write_file is refused', exchanges.map(e => e.status), [403]);
  checks.same('the user is asked a second time', user.requests.length, 2);
  checks.same('and the provider refuses', error?.message, 'invalid_scope');
  checks.that('nothing was written', !there);
}

/** The provider issues no token for the resource. */
export async function refusedAtOnce({ checks, resource, user }) {
  const client = new SdkClient(resource.url, user);
  const error = await failureOf(() => client.tools());
  checks.that('the login ends in invalid_target', /invalid_target/.test(`${error?.message} ${error?.cause}`),
    elide(`${error?.message} ${error?.cause ?? ''}`));
  const refused = resource.watch.exchanges.filter(e => !e.what.startsWith('GET /.well-known/'));
  checks.same('and the resource lets nobody in', [...new Set(refused.map(e => e.status))], [401]);
}

async function writing(client, resource) {
  const file = `${resource.name}-${++written}.txt`;
  const { result: error, exchanges } = await resource.watch.during(
    () => failureOf(() => client.call('write_file', { path: file, content: 'x' })));
  const there = await resource.has(file);
  return { error, there, exchanges: exchanges.filter(e => e.what === 'tools/call write_file') };
}

/** The client asks for a refresh token by a scope, too. */
function own(scope = '') {
  return scope.split(' ').filter(one => one !== 'offline_access').join(' ');
}

async function failureOf(action) {
  try {
    await action();
    return undefined;
  } catch (error) {
    return error;
  }
}

import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { keepSecret } from '../secrets.mjs';
import { REDIRECT_URI, SdkClient } from './client.mjs';
import { register } from './register.mjs';

/** How long the server keeps a good answer, which is how long a revoked token may stay good. */
export const KEPT_SECONDS = 2;

const SLACK_MS = 1_000;
const POLL_MS = 100;

/** The client that the file-tools server is at the provider. */
export function asker() {
  const client = { client_id: 'file-tools', client_secret: randomUUID() };
  keepSecret(client.client_secret);
  return client;
}

/** What has the file-tools server ask about tokens. */
export function asking({ client_id, client_secret }) {
  return {
    MCP_AUTH_INTROSPECTION: 'true',
    MCP_AUTH_INTROSPECTION_CLIENT_ID: client_id,
    MCP_AUTH_INTROSPECTION_CLIENT_SECRET: client_secret,
    MCP_AUTH_INTROSPECTION_KEPT_SECONDS: String(KEPT_SECONDS),
  };
}

/** Tokens that say nothing by themselves: what the provider says of them, and what becomes of them. */
export async function opaqueTokens(run) {
  const client = new SdkClient(run.resource.url, run.user);
  try {
    await calls(run, client);
    await answers(run, client);
    await revoked(run, client);
    await others(run);
    await unreachable(run);
  } finally {
    await client.close();
  }
}

async function calls({ checks, resource, user }, client) {
  checks.that('a client logs in, and lists the tools', (await client.tools()).includes('list_files'));
  checks.same('the user logs in once', user.requests.length, 1);
  checks.that('its token is opaque', /^[\w-]{20,100}$/.test(client.tokens.access_token));
  checks.that('list_files succeeds', (await client.call('list_files', {})).includes('known.txt'));
  checks.same('the refresh token opens nothing',
    await resource.statusOf(bearer(client.tokens.refresh_token)), 401);
}

/** What the provider really says, to whoever writes a profile or wonders. */
async function answers({ checks, resource, provider: { issuer }, asker: by }, client) {
  const access = await introspected(issuer, by, client.tokens.access_token);
  checks.same('the answer has these members', Object.keys(access).sort(),
    ['active', 'aud', 'client_id', 'exp', 'iat', 'iss', 'scope', 'sub', 'token_type']);
  checks.same('and names issuer, resource and scheme', [access.iss, access.aud, access.token_type],
    [issuer, resource.url, 'Bearer']);
  const refresh = await introspected(issuer, by, client.tokens.refresh_token);
  checks.same('a refresh token is active too, without aud and token_type',
    [refresh.active, refresh.aud, refresh.token_type], [true, undefined, undefined]);
}

/** What is verified here cannot be asked about there, so nobody gets in who is to be asked about as well. */
export async function askedAboutAsWell({ checks, resource, provider: { issuer }, asker: by, user }) {
  const token = await loggedIn(issuer, user, resource.url);
  checks.same('the provider answers no question about a JWT',
    await introspected(issuer, by, token).catch(error => / 400 .*unsupported_token_type/.test(error.message)), true);
  checks.same('so each is a 503', await resource.statusOf(bearer(token)), 503);
}

async function revoked({ checks, resource, provider, user }, client) {
  const token = client.tokens.access_token;
  checks.same('the token is good', await resource.statusOf(bearer(token)), 200);
  const begun = Date.now();
  await post(`${provider.issuer}/token/revocation`, { token, client_id: client.id });
  let status;
  do {
    await pause(POLL_MS);
    status = await resource.statusOf(bearer(token));
  } while (status === 200 && Date.now() - begun < 10 * SLACK_MS);
  checks.same('the revoked token is refused', status, 401);
  checks.that(`within the ${KEPT_SECONDS} s that an answer is kept`,
    Date.now() - begun < KEPT_SECONDS * 1_000 + SLACK_MS);
  checks.that('the client calls on', (await client.call('list_files', {})).includes('known.txt'));
  checks.same('after another login, since the provider ended the whole grant', user.requests.length, 2);
}

async function others({ checks, resource, provider: { issuer }, newUser }) {
  const elsewhere = await loggedIn(issuer, newUser(), 'http://localhost:1/mcp');
  checks.same('a token for another resource is refused', await resource.statusOf(bearer(elsewhere)), 401);
  const nowhere = await loggedIn(issuer, newUser());
  checks.same('a token for no resource is refused', await resource.statusOf(bearer(nowhere)), 401);
  checks.same('a token that nobody issued is refused', await resource.statusOf(bearer(randomUUID())), 401);
}

async function unreachable({ checks, resource, provider, newUser }) {
  const token = await loggedIn(provider.issuer, newUser(), resource.url);
  checks.same('while the provider is down, a new token is neither good nor bad',
    await provider.outage(() => resource.statusOf(bearer(token))), 503);
  checks.same('and good as soon as it is back', await resource.statusOf(bearer(token)), 200);
}

function bearer(token) {
  return { authorization: `Bearer ${token}` };
}

async function introspected(issuer, { client_id, client_secret }, token) {
  return post(`${issuer}/token/introspection`, { token }, {
    authorization: `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`,
  });
}

/** An access token of a client of its own, for a resource or for none. */
async function loggedIn(issuer, user, resource) {
  const client = await register(issuer);
  const verifier = randomUUID() + randomUUID();
  const forIt = resource ? { resource } : {};
  const request = new URLSearchParams({
    client_id: client.client_id,
    response_type: 'code',
    redirect_uri: REDIRECT_URI,
    scope: 'files:list',
    state: randomUUID(),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...forIt,
  });
  const answer = await user.answer(`${issuer}/auth?${request}`);
  const { access_token: token, refresh_token: refresh } = await post(`${issuer}/token`, {
    grant_type: 'authorization_code',
    client_id: client.client_id,
    redirect_uri: REDIRECT_URI,
    code: answer.searchParams.get('code'),
    code_verifier: verifier,
    ...forIt,
  });
  [token, refresh].forEach(keepSecret);
  return token;
}

async function post(url, form, headers = {}) {
  const answer = await fetch(url, { method: 'POST', headers, body: new URLSearchParams(form) });
  const text = await answer.text();
  if (!answer.ok) {
    throw new Error(`${new URL(url).pathname} answers ${answer.status} ${text}`);
  }
  return text === '' ? {} : JSON.parse(text);
}

import { createHash } from 'node:crypto';
import { challengeOf, purpose } from './recorder.mjs';

/** The scopes that the first challenge of the file-tools server names. */
export const FIRST_SCOPES = ['files:list', 'files:read'];

/** Calls a tool that needs a login, up to the point where the client sends its user there. */
export async function firstContact(run) {
  const { checks, client, dialect, recorder, server } = run;
  const { result: error, exchanges } = await recorder.during(
    () => failureOf(() => client.callTool({ name: 'list_files', arguments: {} })));
  checks.that('a tool that needs a login asks for one',
    error instanceof dialect.UnauthorizedError, describe(error));
  const [refused] = exchanges;
  checks.same('the call and its status', `${purpose(refused)} ${refused.status}`,
    'tools/call list_files 401');
  const challenge = challengeOf(refused);
  checks.same('the 401 names scope and metadata and no error', Object.keys(challenge),
    ['scope', 'resource_metadata']);
  checks.sameScopes('the 401 asks for the first scopes', challenge.scope, FIRST_SCOPES);
  checks.same('metadata are at the path-inserted URL', challenge.resource_metadata,
    `${server.origin}/.well-known/oauth-protected-resource/mcp`);
  discovery(run, exchanges, challenge);
}

function discovery(run, exchanges, challenge) {
  const { checks, provider, server } = run;
  const resource = exchanges.find(e => e.url === challenge.resource_metadata);
  checks.same('the client reads the protected-resource metadata', resource?.status, 200);
  checks.same('they name the MCP endpoint as the resource', resource?.answer?.resource, server.url);
  checks.same('they name the authorization server', resource?.answer?.authorization_servers,
    [server.issuer]);
  const metadata = exchanges.find(
    e => e.url === `${server.issuer}/.well-known/oauth-authorization-server`);
  checks.same('the client reads the authorization-server metadata', metadata?.status, 200);
  checks.same('their issuer is identical', metadata?.answer?.issuer, server.issuer);
  run.metadata = metadata?.answer ?? {};
  const registration = exchanges.find(e => e.url === metadata?.answer?.registration_endpoint);
  checks.same('the client registers itself', registration?.status, 201);
  checks.same('as a public client with its redirect URI',
    [registration?.answer?.token_endpoint_auth_method, registration?.answer?.redirect_uris],
    ['none', [provider.redirectUrl]]);
  checks.that('and gets a client id', Boolean(provider.clientInformation()?.client_id));
}

/**
 * Plays the user at the authorization endpoint and hands the answer to the client.
 *
 * @param scopes what the client must have asked for
 */
export async function login(run, scopes) {
  const { browser, checks, dialect, provider, recorder, server } = run;
  const url = provider.takeAuthorizationUrl();
  if (!url) {
    throw new Error('the client did not send its user to log in');
  }
  const request = url.searchParams;
  checks.same('authorization request: PKCE with S256, resource, state',
    [request.get('code_challenge_method'), request.get('resource'), request.get('state')],
    ['S256', server.url, provider.lastState]);
  checks.sameScopes('authorization request: scope', request.get('scope') ?? '', scopes);
  const visit = await browser.visit(url, provider.redirectUrl);
  run.logins.push(visit.loggedIn);
  consentPage(run, visit.consent, scopes);
  const answer = visit.callback.searchParams;
  checks.same('authorization response: state and iss', [answer.get('state'), answer.get('iss')],
    [provider.lastState, server.issuer]);
  checks.that('authorization response: a code, no error', answer.has('code') && !answer.has('error'),
    answer.get('error') ?? '');
  if (dialect.checksIssuer) {
    await foreignIssuer(run, answer);
  }
  const { exchanges } = await recorder.during(() => dialect.finishAuth(run.transport, answer));
  tokenExchange(run, exchanges.find(e => purpose(e) === 'authorization_code'), request, scopes);
}

function consentPage({ checks, provider }, page, scopes) {
  checks.same('the consent page names the client', page?.client, provider.clientName);
  checks.that('the consent page names the redirect host',
    page?.place?.includes(new URL(provider.redirectUrl).host) === true, page?.place);
  checks.sameScopes('the consent page names the scopes', page?.scopes, scopes);
  checks.same('each of them in words', page?.words?.filter(words => words.includes(' ')).length,
    scopes.length);
}

async function foreignIssuer({ checks, dialect, recorder, server, transport }, answer) {
  const foreign = new URLSearchParams(answer);
  foreign.set('iss', `${server.issuer}/`);
  const { result: error, exchanges } = await recorder.during(
    () => failureOf(() => dialect.finishAuth(transport, foreign)));
  checks.that('the client refuses another iss, because the metadata promise it',
    error?.constructor.name === 'IssuerMismatchError', describe(error));
  checks.same('and shows the code to nobody', exchanges.filter(e => e.method === 'POST').length, 0);
}

function tokenExchange({ checks, provider, server }, exchange, request, scopes) {
  const verifier = exchange?.form.get('code_verifier') ?? '';
  checks.same('token request: the verifier of the challenge',
    createHash('sha256').update(verifier).digest('base64url'), request.get('code_challenge'));
  checks.same('token request: resource and redirect URI',
    [exchange?.form.get('resource'), exchange?.form.get('redirect_uri')],
    [server.url, provider.redirectUrl]);
  checks.same('token response', [exchange?.status, exchange?.answer?.token_type], [200, 'Bearer']);
  checks.sameScopes('token response: scope', exchange?.answer?.scope, scopes);
  checks.that('token response: a refresh token', Boolean(exchange?.answer?.refresh_token));
  checks.that('token response: not to be stored',
    exchange?.headers.get('cache-control')?.includes('no-store') === true);
}

/** The class and message of an error: the 1.x client's errors have no name of their own. */
export function describe(error) {
  return error === undefined ? 'no error' : `${error.constructor.name}: ${error.message}`;
}

/** The error that the action ends with, or undefined. */
export async function failureOf(action) {
  try {
    await action();
    return undefined;
  } catch (error) {
    return error;
  }
}

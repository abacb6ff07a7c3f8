import { describe, failureOf, FIRST_SCOPES, login } from './login.mjs';
import { challengeOf, purpose } from './recorder.mjs';
import { readKnownFile } from './tools.mjs';

/** An access token that the server refuses is renewed by the client alone. */
export async function refresh(run) {
  const { checks, provider, recorder, server } = run;
  const before = provider.tokens();
  recorder.spoilNextCall();
  const { result, exchanges } = await recorder.during(() => readKnownFile(run));
  checks.same('read_file with a spoilt token succeeds in the end', result, server.knownText);
  const steps = exchanges.filter(e => e.method === 'POST');
  checks.same('by way of a 401 and a refresh', steps.map(e => `${purpose(e)} ${e.status}`),
    ['tools/call read_file 401', 'refresh_token 200', 'tools/call read_file 200']);
  checks.same('the 401 says invalid_token', challengeOf(steps[0]).error, 'invalid_token');
  checks.same('the refresh names the resource', steps[1]?.form?.get('resource'), server.url);
  checks.sameScopes('the refresh keeps the scopes', steps[1]?.answer?.scope, before.scope);
  const after = provider.tokens();
  checks.that('both tokens are new', after.refresh_token !== before.refresh_token
    && after.access_token !== before.access_token);
}

/** A revoked refresh token renews nothing: the user has to log in again. */
export async function revocation(run) {
  const { checks, dialect, provider, recorder, server } = run;
  await revoke(run, provider.tokens().refresh_token);
  recorder.spoilNextCall();
  const { result: error, exchanges } = await recorder.during(
    () => failureOf(() => readKnownFile(run)));
  checks.that('after the revocation the client asks for a login',
    error instanceof dialect.UnauthorizedError, describe(error));
  const refused = exchanges.find(e => purpose(e) === 'refresh_token');
  checks.same('because the refresh is refused', [refused?.status, refused?.answer?.error],
    [400, 'invalid_grant']);
  // The client is on the user's own computer: such a one is asked for each time.
  await login(run, FIRST_SCOPES);
  checks.same('after the login read_file succeeds', await readKnownFile(run), server.knownText);
}

/** RFC 7009; the clients do not revoke by themselves. */
async function revoke({ checks, metadata, provider, recorder }, token) {
  const response = await recorder.fetch(metadata.revocation_endpoint, {
    method: 'POST',
    body: new URLSearchParams({
      token,
      token_type_hint: 'refresh_token',
      client_id: provider.clientInformation().client_id,
    }),
  });
  checks.same('the refresh token is revoked', response.status, 200);
}

/** The end of the session, for a token that goes on being good. */
export async function terminate(run) {
  const { checks, recorder, transport } = run;
  const { exchanges } = await recorder.during(() => transport.terminateSession());
  checks.same('the session ends', exchanges.map(e => `${e.method} ${e.status}`), ['DELETE 200']);
  checks.same('a call in the ended session', await afterTheEnd(run, exchanges[0].session), 404);
}

async function afterTheEnd({ provider, recorder, server }, session) {
  const response = await recorder.fetch(server.url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${provider.tokens().access_token}`,
      'mcp-session-id': session,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
  });
  await response.body?.cancel();
  return response.status;
}

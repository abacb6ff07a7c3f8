import { interactionPolicy } from 'oidc-provider';
import { SdkClient } from './client.mjs';
import { command } from './command-client.mjs';
import { ALL_SCOPES } from './resource.mjs';

const SILVER = 'urn:example:silver';
const GOLD = 'urn:example:gold';
const LONG_AGO_SECONDS = 3_600;

/** A tool that wants a login that is strong and recent. */
export const STRONG_WRITING = { write_file: { scopes: ['files:write'], acr: [GOLD], maxAge: 300 } };

/** A provider whose users log in as they are asked to, and whose tokens say how and when they did. */
export function withLogins() {
  return {
    acrValues: [SILVER, GOLD],
    // By itself it lets who is logged in pass, whatever `acr_values` says: they are no duty in OpenID Connect.
    interactions: { policy: asked(), url: (_, { uid }) => `/login/${uid}` },
    pages: login,
    extraTokenClaims: ({ oidc: { entities } }) => {
      const { acr, authTime } = entities.AuthorizationCode ?? entities.RefreshToken;
      return { acr, auth_time: authTime };
    },
  };
}

function asked() {
  const policy = interactionPolicy.base();
  const { Check } = interactionPolicy;
  policy.get('login').checks.add(new Check('acr_values', 'another login is asked for', ({ oidc }) =>
    oidc.params.acr_values?.split(' ').includes(oidc.session.acr) === false
      ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT));
  return policy;
}

/** In the place of pages: who is asked for nothing logged in an hour ago, by a password. */
async function login(provider, req, res) {
  if (!req.url.startsWith('/login/')) {
    return false;
  }
  const { prompt, params, session, grantId } = await provider.interactionDetails(req, res);
  const result = prompt.name === 'login'
    ? { login: { accountId: 'alice', ...how(params) } }
    : { consent: { grantId: await consent(provider, { prompt, params, session, grantId }) } };
  await provider.interactionFinished(req, res, result, { mergeWithLastSubmission: prompt.name !== 'login' });
  return true;
}

function how({ acr_values: values }) {
  const now = Math.floor(Date.now() / 1_000);
  return values ? { acr: values.split(' ')[0], ts: now } : { acr: SILVER, ts: now - LONG_AGO_SECONDS };
}

async function consent(provider, { prompt: { details }, params, session, grantId }) {
  const grant = grantId ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope((details.missingOIDCScope ?? []).join(' '));
  for (const [resource, scopes] of Object.entries(details.missingResourceScopes ?? {})) {
    grant.addResourceScope(resource, scopes.join(' '));
  }
  return grant.save();
}

/** The command-line client knows RFC 9470. */
export async function commandLogsInAgain({ checks, stage, resource, user }) {
  const { result, exchanges } = await resource.watch.during(
    () => command({ stage, name: 'step-up-command', resource, user }, 'write_file',
      { path: 'by-command.txt', content: 'x' }));
  const calls = exchanges.filter(e => e.what === 'tools/call write_file');
  checks.same('the command-line client ends well', [result.status, result.problem], [0, undefined]);
  checks.same('write_file is refused, and then succeeds', calls.map(e => e.status), [401, 200]);
  asksForALogin(checks, calls[0]?.challenge);
  checks.same('the user logs in twice', user.requests.length, 2);
  checks.same('and the second time as the challenge says',
    ['acr_values', 'max_age'].map(name => user.requests[1]?.get(name)), [GOLD, '300']);
  checks.that('the file is there', await resource.has('by-command.txt'));
}

/** The official client does not: it renews its token, which says the same of the login. */
export async function officialClientIsStuck({ checks, resource, user }) {
  const client = new SdkClient(resource.url, user);
  try {
    await client.tools();
    checks.that('list_files succeeds', (await client.call('list_files', {})).includes('known.txt'));
    const { exchanges } = await resource.watch.during(
      () => client.call('write_file', { path: 'by-sdk.txt', content: 'x' }).catch(error => error));
    const calls = exchanges.filter(e => e.what === 'tools/call write_file');
    checks.same('write_file is refused', [...new Set(calls.map(e => e.status))], [401]);
    checks.same('twice at most', calls.length <= 2, true);
    asksForALogin(checks, calls[0]?.challenge);
    checks.same('the user is not asked for another login', user.requests.filter(r => r.has('acr_values')), []);
    checks.that('nothing was written', !await resource.has('by-sdk.txt'));
  } finally {
    await client.close();
  }
}

function asksForALogin(checks, challenge = '') {
  const parameter = name => challenge.match(new RegExp(`\\b${name}="([^"]*)"`))?.[1];
  checks.same('the challenge asks for another login', ['error', 'acr_values', 'max_age'].map(parameter),
    ['insufficient_user_authentication', GOLD, '300']);
  checks.sameScopes('for everything the client had, too', parameter('scope'), ALL_SCOPES);
}

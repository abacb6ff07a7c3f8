import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';
import { keepSecret } from '../secrets.mjs';
import { ALL_SCOPES } from './resource.mjs';

/**
 * The authorization server `oidc-provider` with registration and resource indicators.
 *
 * @param resourceServer what it says of each resource beside its scopes
 * @param features those that are not on by themselves
 * @param pages what answers a request before the provider does; gives false where it does not
 * @param configuration everything else
 * @return its `issuer`, and `during` an outage an action is done
 */
export async function oidcProvider(stage, { resourceServer, features, pages, ...configuration } = {}) {
  let answer;
  let down = false;
  const issuer = await stage.serve(createServer((req, res) => down ? res.destroy() : answer(req, res)));
  const provider = new Provider(issuer, {
    scopes: ['openid', 'offline_access', ...ALL_SCOPES],
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    jwks: { keys: [signingKey()] },
    cookies: { keys: [randomUUID()] },
    clientDefaults: { token_endpoint_auth_method: 'none' },
    pkce: { required: () => true },
    issueRefreshToken: () => true,
    ...configuration,
    features: {
      // Its own pages: any name and password will do.
      devInteractions: { enabled: !pages },
      registration: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, resource) => ({
          scope: ALL_SCOPES.join(' '),
          audience: resource,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 300,
          ...resourceServer,
        }),
        useGrantedResource: () => true,
      },
      ...features,
    },
  });
  const own = provider.callback();
  answer = async (req, res) => pages && await pages(provider, req, res) || own(req, res);
  return {
    issuer,
    outage: async action => {
      down = true;
      try {
        return await action();
      } finally {
        down = false;
      }
    },
  };
}

/** Tokens say nothing by themselves. */
export const OPAQUE = { resourceServer: { accessTokenFormat: 'opaque' } };

/** A client with a secret may ask about tokens. */
export function asked(client) {
  return {
    features: { introspection: { enabled: true }, revocation: { enabled: true } },
    clients: [{
      ...client,
      redirect_uris: [],
      response_types: [],
      grant_types: [],
      token_endpoint_auth_method: 'client_secret_basic',
    }],
  };
}

/** Proofs at the token endpoint need a nonce. */
export function withProofs() {
  const nonceSecret = randomBytes(32);
  keepSecret(nonceSecret.toString('base64'));
  return { features: { dPoP: { enabled: true, nonceSecret, requireNonce: () => true } } };
}

function signingKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' };
}

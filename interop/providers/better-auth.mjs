import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { oauthProvider } from '@better-auth/oauth-provider';
import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { toNodeHandler } from 'better-auth/node';
import { jwt } from 'better-auth/plugins';
import { ALL_SCOPES } from './resource.mjs';

const TABLES = ['user', 'session', 'account', 'verification', 'rateLimit', 'jwks', 'oauthClient', 'oauthResource',
  'oauthClientResource', 'oauthAccessToken', 'oauthRefreshToken', 'oauthConsent', 'oauthClientAssertion'];

/**
 * Better Auth with its OAuth provider, which issues tokens for one resource, to every client that registers itself or
 * to none of them; gives its issuer, and what
 * the pages send that an application has to bring.
 */
export async function betterAuthProvider(stage, resource, { forEveryClient = true } = {}) {
  let answer;
  const origin = await stage.serve(createServer((req, res) => answer(req, res)));
  const auth = betterAuth({
    baseURL: origin,
    secret: randomUUID() + randomUUID(),
    database: memoryAdapter(Object.fromEntries(TABLES.map(table => [table, []]))),
    emailAndPassword: { enabled: true },
    disabledPaths: ['/token'],
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    plugins: [
      jwt(),
      oauthProvider({
        loginPage: '/sign-in',
        consentPage: '/consent',
        allowDynamicClientRegistration: true,
        allowUnauthenticatedClientRegistration: true,
        scopes: ['openid', 'offline_access', ...ALL_SCOPES],
        resources: [resource],
        ...forEveryClient && { clientRegistrationDefaultResources: [resource] },
      }),
    ],
  });
  answer = toNodeHandler(auth);
  const user = { email: 'alice@example.com', password: randomUUID() };
  await auth.api.signUpEmail({ body: { ...user, name: 'Alice' } });
  return {
    issuer: `${origin}/api/auth`,
    pages: {
      '/sign-in': { path: '/api/auth/sign-in/email', body: user },
      '/consent': { path: '/api/auth/oauth2/consent', body: { accept: true } },
    },
  };
}

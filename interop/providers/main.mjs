import { readFile } from 'node:fs/promises';
import { Stage } from '../conformance/stage.mjs';
import { Parts } from '../parts.mjs';
import { secrets } from '../secrets.mjs';
import { betterAuthProvider } from './better-auth.mjs';
import { PROOFS_REQUIRED, commandProves, officialClientProves, plainTokenIsRefused } from './dpop.mjs';
import { OPAQUE, asked, oidcProvider, withProofs } from './oidc-provider.mjs';
import { askedAboutAsWell, asker, asking, opaqueTokens } from './opaque.mjs';
import { register } from './register.mjs';
import { ALL_SCOPES, READING, Resource } from './resource.mjs';
import { STRONG_WRITING, commandLogsInAgain, officialClientIsStuck, withLogins } from './step-up.mjs';
import { connected, refusedAtOnce, stepsUp, stuckAtStepUp, writesAtOnce } from './walk.mjs';
import { WebUser } from './web-user.mjs';

const TIME_LIMIT_MS = 420_000;
const PACKAGES = ['oidc-provider', 'better-auth', '@better-auth/oauth-provider', '@modelcontextprotocol/client'];

const stage = new Stage();
const resources = [];

async function main(parts) {
  await versions();
  await parts.part('oidc-provider, all scopes at first', async checks => {
    const run = await withOidcProvider(checks, 'oidc-all', ALL_SCOPES);
    await connected(run, writesAtOnce);
  });
  await parts.part('oidc-provider, writing not among the first', async checks => {
    const run = await withOidcProvider(checks, 'oidc-reading', READING);
    await connected(run, stuckAtStepUp);
    await connected({ ...run, user: alice(), registered: await register(run.issuer) }, stepsUp);
  });
  await parts.part('oidc-provider, opaque tokens', async checks => {
    const by = asker();
    const run = await withOidcProvider(checks, 'oidc-opaque', ALL_SCOPES,
      { provider: { ...OPAQUE, ...asked(by) }, settings: asking(by) });
    await opaqueTokens({ ...run, asker: by, newUser: alice });
  });
  await parts.part('oidc-provider, JWTs asked about as well', async checks => {
    const by = asker();
    const run = await withOidcProvider(checks, 'oidc-also', ALL_SCOPES,
      { provider: asked(by), settings: { ...asking(by), MCP_AUTH_INTROSPECTION: 'also' } });
    await askedAboutAsWell({ ...run, asker: by });
  });
  await parts.part('oidc-provider, DPoP', async checks => {
    const run = await withOidcProvider(checks, 'oidc-dpop', ALL_SCOPES,
      { provider: withProofs(), settings: PROOFS_REQUIRED });
    await officialClientProves(run);
    await plainTokenIsRefused({ ...run, user: alice() });
    await commandProves({ ...run, user: alice() });
  });
  await parts.part('oidc-provider, step-up of the login', async checks => {
    const run = await withOidcProvider(checks, 'oidc-login', ALL_SCOPES,
      { provider: withLogins(), tools: STRONG_WRITING });
    await commandLogsInAgain(run);
    await officialClientIsStuck({ ...run, user: alice() });
  });
  await parts.part('Better Auth', async checks => {
    const run = await withBetterAuth(checks, 'better-auth', { forEveryClient: true });
    await connected(run, stepsUp);
  });
  await parts.part('Better Auth, the resource in no registration', async checks => {
    await refusedAtOnce(await withBetterAuth(checks, 'better-auth-closed', { forEveryClient: false }));
  });
  await parts.part('server log', async checks => {
    const text = (await Promise.all(resources.flatMap(({ name }) =>
      ['out', 'err'].map(kind => stage.output(name, kind))))).join('\n');
    checks.same('it holds no secret of the run', secrets().filter(one => text.includes(one)).length, 0);
    checks.same('it holds no stack trace', text.match(/^\s+at [\w.$/]+\(/gm), null);
  });
}

async function withOidcProvider(checks, name, initial, { provider: configuration, ...more } = {}) {
  const resource = await Resource.at(stage, name);
  const provider = await oidcProvider(stage, configuration);
  const { issuer } = provider;
  resources.push(await resource.start({ issuer, profile: 'oidc-provider', initial, ...more }));
  return { checks, stage, resource, provider, issuer, initial, user: alice() };
}

async function withBetterAuth(checks, name, options) {
  const resource = await Resource.at(stage, name);
  const { issuer, pages } = await betterAuthProvider(stage, resource.url, options);
  resources.push(await resource.start({ issuer, profile: 'better-auth', initial: READING }));
  return { checks, resource, issuer, initial: READING, user: new WebUser({ pages }) };
}

/** Any name and password will do. */
function alice() {
  return new WebUser({ fields: { login: 'alice', password: 'any' } });
}

async function versions() {
  const lock = JSON.parse(await readFile(new URL('package-lock.json', import.meta.url), 'utf8'));
  for (const name of PACKAGES) {
    console.log(`${name} ${lock.packages[`node_modules/${name}`].version}`);
  }
  console.log(`node ${process.version}`);
}

await new Parts('providers', stage).run(main, TIME_LIMIT_MS);

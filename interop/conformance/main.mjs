import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { lost, passed } from './comparison.mjs';
import { Issuer } from './issuer.mjs';
import { probe } from './probe.mjs';
import { server2025 } from './server-2025.mjs';
import { server2026 } from './server-2026.mjs';
import { Stage } from './stage.mjs';
import { Suite } from './suite.mjs';
import { published, rendered } from './table.mjs';
import { TokenProxy } from './token-proxy.mjs';

const TIME_LIMIT_MS = 170_000;
const GUARD = fileURLToPath(
  new URL('../../mcp-auth-examples/target/mcp-guard.jar', import.meta.url));
const PACKAGES = ['conformance', 'sdk', 'server'].map(name => `@modelcontextprotocol/${name}`);

const stage = new Stage();
const suite = new Suite(stage);
const failures = [];
let ending = null;

async function main() {
  await stage.open();
  const issuer = new Issuer();
  await issuer.answerAt(await stage.serve(issuer.server));
  const sides = await Promise.all([
    prepared('2025-11-25', server2025(), issuer),
    prepared('2026-07-28', server2026(), issuer),
  ]);
  const scenarios = await suite.scenarios();
  const minimum = JSON.parse(await readFile(new URL('minimum.json', import.meta.url), 'utf8'));
  const revisions = [];
  for (const side of sides) {
    const names = scenarios.filter(({ tags }) => tags.includes(side.revision)).map(({ name }) => name);
    revisions.push(await compared(side, names, minimum[side.revision]));
  }
  expect('no credential of the caller reaches the server', stage.leaked === 0);
  await report({
    versions: await versions(),
    revisions,
    extensions: scenarios.filter(({ tags }) => tags.includes('extension')).map(({ name }) => name),
  });
}

/** A reference server, and a guard in front of it that answers only with a token. */
async function prepared(revision, handle, issuer) {
  const direct = await stage.reference(handle);
  const proxy = new TokenProxy();
  // The proxy is what clients see of the guard, so its URL is the resource.
  const resource = `${await stage.serve(proxy.server)}/mcp`;
  const guard = stage.start(`guard-${revision}`, 'java', ['-jar', GUARD], {
    ...withoutSettings(),
    TARGET_URL: direct,
    PORT: '0',
    MCP_AUTH_RESOURCE: resource,
    MCP_AUTH_ISSUER: issuer.url,
    MCP_AUTH_REQUIRED_SCOPES: 'mcp',
  });
  await stage.told(guard, 'ready');
  const port = parseInt(await stage.told(guard, 'Listening on port'), 10);
  proxy.target = { hostname: '127.0.0.1', port };
  const closed = await probe(resource, revision);
  expect(`${revision}: without a token the guard answers 401 and says where to get one`,
    closed.status === 401 && /resource_metadata="/.test(closed.headers.get('www-authenticate')));
  proxy.token = await issuer.token(resource);
  const opened = await probe(resource, revision);
  expect(`${revision}: with the token it lets the request through`, opened.status === 200);
  return { revision, direct, guarded: resource };
}

/** The settings of whoever runs this are not those of the run. */
function withoutSettings() {
  return Object.fromEntries(['PATH', 'HOME', 'JAVA_HOME', 'TMPDIR', 'LANG']
    .filter(name => process.env[name]).map(name => [name, process.env[name]]));
}

async function compared({ revision, direct, guarded }, names, minimum) {
  // One after the other: some scenarios measure time.
  const before = await suite.run(`direct-${revision}`, direct, revision);
  const after = await suite.run(`guarded-${revision}`, guarded, revision);
  const rows = names.map(name => ({ name, direct: before.get(name), guarded: after.get(name) }));
  for (const { name, direct: there, guarded: here } of rows) {
    const losses = lost(there, here);
    expect(`${revision} ${name}: nothing lost through the guard`, losses.length === 0, losses);
  }
  for (const name of minimum) {
    expect(`${revision} ${name}: is in the suite and passes directly`,
      names.includes(name) && passed(before.get(name)));
  }
  return { revision, rows };
}

async function versions() {
  const lock = JSON.parse(await readFile(new URL('package-lock.json', import.meta.url), 'utf8'));
  return PACKAGES.map(name => `${name} ${lock.packages[`node_modules/${name}`].version}`);
}

async function report(results) {
  const text = rendered(results);
  console.log(`\n${text}\n`);
  const update = process.env.UPDATE === '1';
  if (update && failures.length > 0) {
    console.log('docs/conformance-suite.md is left alone: something failed');
  }
  expect('docs/conformance-suite.md says what was run (UPDATE=1 writes it)',
    await published(text, update && failures.length === 0));
}

function expect(what, holds, details = []) {
  // What is stopped half-way fails in many ways, none of them worth telling.
  if (!holds && !ending) {
    failures.push(what);
    console.log([`FAILED ${what}`, ...details].join('\n    '));
  }
}

function finish(status) {
  ending ??= stage.close().then(() => process.exit(status));
  return ending;
}

process.once('SIGINT', () => finish(130));
process.once('SIGTERM', () => finish(143));
setTimeout(() => {
  console.error(`conformance: not done within ${TIME_LIMIT_MS / 1000} s`);
  finish(1);
}, TIME_LIMIT_MS);

try {
  await main();
} catch (error) {
  if (!ending) {
    console.error(`conformance: ${error.message}`);
    await finish(2);
  }
}
if (!ending) {
  console.log(failures.length === 0 ? 'nothing lost' : `${failures.length} failed`);
}
await finish(failures.length === 0 ? 0 : 1);

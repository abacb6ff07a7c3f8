import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { lost, passed } from './comparison.mjs';
import { Issuer } from './issuer.mjs';
import { probe } from './probe.mjs';
import { Run, withoutSettings } from './run.mjs';
import { server2025 } from './server-2025.mjs';
import { server2026 } from './server-2026.mjs';
import { Suite } from './suite.mjs';
import { published, rendered } from './table.mjs';
import { TokenProxy } from './token-proxy.mjs';

const TIME_LIMIT_MS = 170_000;
const GUARD = fileURLToPath(
  new URL('../../mcp-auth-examples/target/mcp-guard.jar', import.meta.url));
const PACKAGES = ['conformance', 'sdk', 'server'].map(name => `@modelcontextprotocol/${name}`);

const run = new Run();
const { stage } = run;
const suite = new Suite(stage);

async function main() {
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
  run.expect('no credential of the caller reaches the server', stage.leaked === 0);
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
  run.expect(`${revision}: without a token the guard answers 401 and says where to get one`,
    closed.status === 401 && /resource_metadata="/.test(closed.headers.get('www-authenticate')));
  proxy.token = await issuer.token(resource);
  const opened = await probe(resource, revision);
  run.expect(`${revision}: with the token it lets the request through`, opened.status === 200);
  return { revision, direct, guarded: resource };
}

async function compared({ revision, direct, guarded }, names, minimum) {
  // One after the other: some scenarios measure time.
  const before = await suite.run(`direct-${revision}`, direct, revision);
  const after = await suite.run(`guarded-${revision}`, guarded, revision);
  const rows = names.map(name => ({ name, direct: before.get(name), guarded: after.get(name) }));
  for (const { name, direct: there, guarded: here } of rows) {
    const losses = lost(there, here);
    run.expect(`${revision} ${name}: nothing lost through the guard`, losses.length === 0, losses);
  }
  for (const name of minimum) {
    run.expect(`${revision} ${name}: is in the suite and passes directly`,
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
  if (update && run.failed) {
    console.log('docs/conformance-suite.md is left alone: something failed');
  }
  run.expect('docs/conformance-suite.md says what was run (UPDATE=1 writes it)',
    await published('conformance-suite.md', text, update && !run.failed));
}

await run.through(main, TIME_LIMIT_MS);

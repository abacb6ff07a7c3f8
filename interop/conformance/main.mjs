import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { lost, passed } from './comparison.mjs';
import { Issuer } from './issuer.mjs';
import { leaks, reference } from './reference.mjs';
import { probe } from './probe.mjs';
import { Run, withoutSettings } from './run.mjs';
import { server2025 } from './server-2025.mjs';
import { server2026 } from './server-2026.mjs';
import { policy, serverExtensions } from './server-extensions.mjs';
import { Suite } from './suite.mjs';
import { published, rendered } from './table.mjs';
import { TokenProxy } from './token-proxy.mjs';

const TIME_LIMIT_MS = 300_000;
const EXTENSIONS = 'extensions';
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
    prepared('2025-11-25', '2025-11-25', server2025(), issuer),
    prepared('2026-07-28', '2026-07-28', server2026(), issuer),
    prepared(EXTENSIONS, '2026-07-28', serverExtensions(), issuer, policy),
  ]);
  const scenarios = await suite.scenarios();
  const minimum = JSON.parse(await readFile(new URL('minimum.json', import.meta.url), 'utf8'));
  const parts = [];
  for (const side of sides) {
    const tag = side.title === EXTENSIONS ? 'extension' : side.revision;
    const names = scenarios.filter(({ tags }) => tags.includes(tag)).map(({ name }) => name);
    parts.push(await compared(side, names, minimum[side.title]));
  }
  run.expect('no credential of the caller reaches the server', leaks() === 0);
  const extensions = parts.pop();
  await report({ versions: await versions(), revisions: parts, extensions });
}

/**
 * A reference server, and a guard in front of it that answers only with a token.
 *
 * @param policy what the guard lets through; without one, whatever the protocol itself has
 */
async function prepared(title, revision, handle, issuer, policy) {
  const direct = `${await stage.serve(reference(handle))}/mcp`;
  const proxy = new TokenProxy();
  // The proxy is what clients see of the guard, so its URL is the resource.
  const resource = `${await stage.serve(proxy.server)}/mcp`;
  const guard = stage.start(`guard-${title}`, 'java', ['-jar', GUARD], {
    ...withoutSettings(),
    TARGET_URL: direct,
    PORT: '0',
    MCP_AUTH_RESOURCE: resource,
    MCP_AUTH_ISSUER: issuer.url,
    ...policy ? { MCP_AUTH_POLICY_FILE: await policyFile(title, policy) } : { MCP_AUTH_REQUIRED_SCOPES: 'mcp' },
  });
  await stage.told(guard, 'ready');
  const port = parseInt(await stage.told(guard, 'Listening on port'), 10);
  proxy.target = { hostname: '127.0.0.1', port };
  const closed = await probe(resource, revision);
  run.expect(`${title}: without a token the guard answers 401 and says where to get one`,
    closed.status === 401 && /resource_metadata="/.test(closed.headers.get('www-authenticate')));
  proxy.token = await issuer.token(resource);
  const opened = await probe(resource, revision);
  run.expect(`${title}: with the token it lets the request through`, opened.status === 200);
  return { title, revision, direct, guarded: resource };
}

async function policyFile(title, policy) {
  const file = path.join(stage.directory, `policy-${title}.json`);
  await writeFile(file, JSON.stringify(policy));
  return file;
}

async function compared({ title, revision, direct, guarded }, names, minimum) {
  const ran = (side, url) => title === EXTENSIONS
    ? suite.extensions(`${side}-${title}`, url, revision, names)
    : suite.run(`${side}-${title}`, url, revision);
  // One after the other: some scenarios measure time.
  const before = await ran('direct', direct);
  const after = await ran('guarded', guarded);
  const rows = names.map(name => ({ name, direct: before.get(name), guarded: after.get(name) }));
  for (const { name, direct: there, guarded: here } of rows) {
    const losses = lost(there, here);
    run.expect(`${title} ${name}: nothing lost through the guard`, losses.length === 0, losses);
  }
  for (const name of minimum) {
    run.expect(`${title} ${name}: is in the suite and passes directly`,
      names.includes(name) && passed(before.get(name)));
  }
  return { title, rows };
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

import { readFile } from 'node:fs/promises';
import { passed, summary } from './comparison.mjs';
import { clientCommand } from './client-command.mjs';
import { EmbeddedServer } from './embedded-server.mjs';
import { Run } from './run.mjs';
import { Suite } from './suite.mjs';
import { published, renderedMatrix } from './table.mjs';

const TIME_LIMIT_MS = 420_000;
/** The oldest has only what its successors dropped. */
const REVISIONS = ['2025-03-26', '2025-11-25', '2026-07-28'];
/** A scenario is a suite and a client, each with a start of its own; more at a time only wait for each other. */
const AT_A_TIME = 2;

const run = new Run();
const suite = new Suite(run.stage);

async function main() {
  const minimum = JSON.parse(await readFile(new URL('minimum-auth.json', import.meta.url), 'utf8'));
  const servers = await authorizationServer(minimum.authorization);
  const clients = await authorizingClient(minimum.client);
  await report({ version: await version(), clients, servers });
}

/** The command-line client at every authorization scenario, in each revision that has it. */
async function authorizingClient(minimum) {
  const scenarios = (await suite.scenarios('client')).filter(({ name }) => name.startsWith('auth/'));
  const results = new Results(scenarios.map(({ name }) => name));
  const waiting = REVISIONS.flatMap(revision => scenarios
    .filter(({ tags }) => tags.includes(revision) || (tags.includes('extension') && revision > '2025-03-26'))
    .map(({ name }) => ({ name, revision })));
  const { line, env } = clientCommand();
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { checks, content, log } = await suite.client(next.name, next.revision, line, env);
      results.put(next.name, next.revision, checks, content);
      if (!content) {
        console.log(`${next.name} ${next.revision}:\n${log.trimEnd()}\n`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  results.require(minimum);
  return results;
}

/** The embedded authorization server of the examples at the scenarios for such a server. */
async function authorizationServer(minimum) {
  const scenarios = await suite.scenarios('authorization');
  const results = new Results(scenarios.map(({ name }) => name));
  const server = await EmbeddedServer.start(run.stage);
  for (const revision of REVISIONS) {
    const client = await server.register();
    const found = await suite.authorization(revision, server, client, url => server.visit(url, client));
    for (const { name } of scenarios.filter(({ tags }) => tags.includes(revision))) {
      results.put(name, revision, found.get(name) ?? []);
    }
  }
  results.require(minimum);
  return results;
}

/** What came of each scenario in each revision. */
class Results {
  #cells = new Map();

  constructor(names) {
    this.names = names;
  }

  put(name, revision, checks, content = true) {
    this.#cells.set(`${name} ${revision}`, {
      passed: content && passed(checks),
      words: content || !passed(checks) ? summary(checks) : `${summary(checks)}, the client failed`,
    });
  }

  /** The scenarios that have to be there and to pass, by revision. */
  require(minimum) {
    for (const [revision, names] of Object.entries(minimum)) {
      for (const name of names) {
        run.expect(`${revision} ${name}: is in the suite and passes`,
          this.#cells.get(`${name} ${revision}`)?.passed);
      }
    }
  }

  words(name, revision) {
    return this.#cells.get(`${name} ${revision}`)?.words ?? '';
  }

  totals() {
    return REVISIONS.map(revision => {
      const cells = this.names.map(name => this.#cells.get(`${name} ${revision}`)).filter(cell => cell);
      return `${cells.filter(cell => cell.passed).length} of ${cells.length} pass in ${revision}`;
    }).join(', ');
  }
}

async function version() {
  const name = '@modelcontextprotocol/conformance';
  const lock = JSON.parse(await readFile(new URL('package-lock.json', import.meta.url), 'utf8'));
  return `${name} ${lock.packages[`node_modules/${name}`].version}`;
}

async function report({ version: suiteVersion, clients, servers }) {
  const text = [
    `Run with ${suiteVersion}.`,
    '',
    '## Client scenarios',
    ...renderedMatrix(clients, REVISIONS),
    '',
    '## Authorization server scenarios',
    ...renderedMatrix(servers, REVISIONS),
  ].join('\n');
  console.log(`\n${text}\n`);
  const update = process.env.UPDATE === '1';
  if (update && run.failed) {
    console.log('docs/conformance.md is left alone: something failed');
  }
  run.expect('docs/conformance.md says what was run (UPDATE=1 writes it)',
    await published('conformance.md', text, update && !run.failed));
}

await run.through(main, TIME_LIMIT_MS);

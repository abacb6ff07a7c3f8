import { readFile, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const PROGRAM = fileURLToPath(
  new URL('node_modules/@modelcontextprotocol/conformance/dist/index.js', import.meta.url));
const LIST_LIMIT_MS = 20_000;
const SCENARIO_LIMIT_MS = 15_000;
const RUN_LIMIT_MS = 60_000;
/** A client gets less time from the suite, which then ends it, than the suite gets. */
const CLIENT_LIMIT_MS = 30_000;
/** Scenarios that do not mind waiting, run beside each other. */
const AT_A_TIME = 3;

/** The official suite, run as a program. */
export class Suite {
  #stage;

  constructor(stage) {
    this.#stage = stage;
  }

  /** The scenarios for a `server`, a `client` or an `authorization` server: name and the revisions each applies to,
   * or `extension`. */
  async scenarios(role = 'server') {
    const listing = this.#stage.start(`list-${role}`, process.execPath, [PROGRAM, 'list', `--${role}`]);
    await this.#stage.end(listing, LIST_LIMIT_MS);
    const lines = (await this.#stage.output(`list-${role}`)).matchAll(/^ {2}- (\S+) \[(\S+)\]$/gm);
    return [...lines].map(([, name, tags]) => ({ name, tags: tags.split(',') }));
  }

  /** Runs all scenarios of a revision; gives the checks of each that left some. */
  async run(name, url, revision) {
    const directory = path.join(this.#stage.directory, name);
    const run = this.#stage.start(name, process.execPath, [
      PROGRAM, 'server', '--url', url, '--suite', 'all', '--spec-version', revision,
      '--timeout', String(SCENARIO_LIMIT_MS), '--output-dir', directory,
    ]);
    // Its exit status says whether all passed; what passed where is the question here. What it did not get to in
    // time has not run.
    await this.#stage.end(run, RUN_LIMIT_MS).catch(error => console.log(error.message));
    return await left(directory);
  }

  /** Runs scenarios of extensions: those have no revision of their own, so no suite has them and each is forced. */
  async extensions(name, url, revision, scenarios) {
    const directory = path.join(this.#stage.directory, name);
    const waiting = [...scenarios];
    const some = async () => {
      for (let scenario = waiting.shift(); scenario; scenario = waiting.shift()) {
        const run = this.#stage.start(`${name}-${scenario}`, process.execPath, [
          PROGRAM, 'server', '--url', url, '--scenario', scenario, '--spec-version', revision, '--force',
          '--timeout', String(SCENARIO_LIMIT_MS), '--output-dir', directory,
        ]);
        await this.#stage.end(run, RUN_LIMIT_MS).catch(error => console.log(error.message));
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, some));
    return await left(directory);
  }

  /**
   * Runs one client scenario. An extension has no revision of its own, hence `--force`.
   *
   * @param command a line for a shell, which is given the URL of the scenario's server
   * @returns the checks, and whether the suite is content with how the client ended, too
   */
  async client(scenario, revision, command, env) {
    const name = `client-${scenario.replaceAll('/', '-')}-${revision}`;
    const directory = path.join(this.#stage.directory, name);
    const run = this.#stage.start(name, process.execPath, [
      PROGRAM, 'client', '--command', command, '--scenario', scenario, '--spec-version', revision, '--force',
      '--timeout', String(CLIENT_LIMIT_MS), '--output-dir', directory,
    ], env);
    await this.#stage.end(run, RUN_LIMIT_MS).catch(error => console.log(error.message));
    const found = await readdir(directory, { recursive: true }).catch(() => []);
    const file = found.find(entry => path.basename(entry) === 'checks.json');
    return {
      checks: file ? JSON.parse(await readFile(path.join(directory, file), 'utf8')) : [],
      content: await run.ended === 0,
      log: await this.#stage.output(name, 'err'),
    };
  }

  /**
   * Runs the scenarios for an authorization server.
   *
   * @param client `id` at that server, and the `port` of its redirect URI on loopback
   * @param visit opens the authorization URL and answers what a user is asked
   * @returns the checks of each scenario
   */
  async authorization(revision, { issuer, resource }, client, visit) {
    const name = `authorization-${revision}`;
    const directory = path.join(this.#stage.directory, name);
    const run = this.#stage.start(name, process.execPath, [
      PROGRAM, 'authorization', '--url', issuer, '--resource', resource, '--client-id', client.id,
      '--port', String(client.port), '--spec-version', revision, '--output-dir', directory,
    ]);
    await this.#stage.told(run, 'Waiting up to').then(async () => {
      const [url] = (await this.#stage.output(name)).match(/^https?:\S+\?\S+$/m);
      await visit(new URL(url));
    }).catch(error => {
      console.log(`${name}: ${error.message}`);
      run.child.kill();
    });
    await this.#stage.end(run, RUN_LIMIT_MS);
    return await left(directory, 'authorization-server');
  }
}

/** The checks that scenarios of the given kind have left, by the scenario's name. */
async function left(directory, kind = 'server') {
  const form = new RegExp(`^${kind}-(.+)-\\d{4}-\\d\\d-\\d\\dT[\\d-]+Z$`);
  const results = new Map();
  for (const entry of await readdir(directory).catch(() => [])) {
    // A scenario that was cut off has left an empty directory.
    const checks = await readFile(path.join(directory, entry, 'checks.json'), 'utf8').catch(() => '[]');
    results.set(entry.match(form)?.[1], JSON.parse(checks));
  }
  return results;
}

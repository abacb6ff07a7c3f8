import { readFile, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const PROGRAM = fileURLToPath(
  new URL('node_modules/@modelcontextprotocol/conformance/dist/index.js', import.meta.url));
const LIST_LIMIT_MS = 20_000;
const SCENARIO_LIMIT_MS = 15_000;
const RUN_LIMIT_MS = 60_000;

/** The official suite, run as a program. */
export class Suite {
  #stage;

  constructor(stage) {
    this.#stage = stage;
  }

  /** The server scenarios: name and the revisions each applies to, or `extension`. */
  async scenarios() {
    const listing = this.#stage.start('list', process.execPath, [PROGRAM, 'list', '--server']);
    await this.#stage.end(listing, LIST_LIMIT_MS);
    const lines = (await this.#stage.output('list')).matchAll(/^ {2}- (\S+) \[(\S+)\]$/gm);
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
    const results = new Map();
    for (const entry of await readdir(directory).catch(() => [])) {
      const scenario = entry.match(/^server-(.+)-\d{4}-\d\d-\d\dT[\d-]+Z$/)?.[1];
      const file = path.join(directory, entry, 'checks.json');
      // A scenario that was cut off has left an empty directory.
      const checks = await readFile(file, 'utf8').catch(() => '[]');
      results.set(scenario, JSON.parse(checks));
    }
    return results;
  }
}

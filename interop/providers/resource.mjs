import { access, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { withoutSettings } from '../conformance/run.mjs';
import { Watch } from '../watch.mjs';

const JAR = fileURLToPath(new URL('../../mcp-auth-examples/target/file-tools.jar', import.meta.url));

const INITIALIZE = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'providers', version: '1.0.0' } },
});

export const READING = ['files:list', 'files:read'];
export const ALL_SCOPES = [...READING, 'files:write'];

/** The file-tools server behind an authorization server of somebody else, watched on the way. */
export class Resource {
  watch = new Watch();

  /** Gives it an address, which the provider may have to know. */
  static async at(stage, name) {
    const resource = new Resource();
    resource.stage = stage;
    resource.name = name;
    resource.url = `http://localhost:${new URL(await stage.serve(resource.watch.server)).port}/mcp`;
    return resource;
  }

  /**
   * Starts it.
   *
   * @param initial what the first challenge asks for
   * @param tools rules in the place of those that ask for a scope
   * @param settings those that are not the same for every provider
   */
  async start({ issuer, profile, initial, tools, settings }) {
    this.root = path.join(this.stage.directory, `${this.name}-root`);
    await mkdir(this.root);
    await writeFile(path.join(this.root, 'known.txt'), 'known text\n');
    const policy = path.join(this.stage.directory, `${this.name}-policy.json`);
    await writeFile(policy, JSON.stringify({
      initial,
      tools: {
        about: 'base',
        list_files: ['files:list'],
        read_file: ['files:read'],
        write_file: ['files:write'],
        delete_file: ['files:write'],
        ...tools,
      },
    }));
    const program = this.stage.start(this.name, 'java', ['-jar', JAR], {
      ...withoutSettings(),
      FILE_TOOLS_PORT: '0',
      FILE_TOOLS_ROOT: this.root,
      MCP_AUTH_RESOURCE: this.url,
      MCP_AUTH_ISSUER: issuer,
      MCP_AUTH_PROFILE: profile,
      MCP_AUTH_POLICY_FILE: policy,
      ...settings,
    });
    await this.stage.told(program, 'ready');
    const listening = parseInt(await this.stage.told(program, 'Listening on port'), 10);
    this.watch.target = { hostname: '127.0.0.1', port: listening };
    return this;
  }

  /** The status of a request that every caller may make whose credential is good. */
  async statusOf(headers) {
    const answer = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
      body: INITIALIZE,
    });
    await answer.text();
    return answer.status;
  }

  /** Whether a file is there. */
  has(file) {
    return access(path.join(this.root, file)).then(() => true, () => false);
  }
}

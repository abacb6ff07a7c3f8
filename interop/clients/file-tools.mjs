import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { withoutSettings } from '../conformance/run.mjs';
import { keepSecret } from '../secrets.mjs';
import { Watch } from '../watch.mjs';

export const JAR = fileURLToPath(new URL('../../mcp-auth-examples/target/file-tools.jar', import.meta.url));
const USER = 'clients';

/** What the first challenge asks for. */
export const FIRST_SCOPES = ['files:list', 'files:read'];
export const ALL_SCOPES = [...FIRST_SCOPES, 'files:write'];

/** The file-tools server and its embedded authorization server, watched on the way to the former. */
export class FileTools {
  watch = new Watch();
  user = { name: USER, password: crypto.randomUUID() };

  /**
   * Starts one, with the given rule for the tool `about`.
   *
   * @param settings beside its own
   */
  static async start(stage, name, { about, settings = {} }) {
    const server = new FileTools();
    keepSecret(server.user.password);
    server.root = path.join(stage.directory, `${name}-root`);
    await mkdir(server.root);
    await writeFile(path.join(server.root, 'known.txt'), 'known text\n');
    const policy = path.join(stage.directory, `${name}-policy.json`);
    await writeFile(policy, JSON.stringify(policyWith(about)));
    // What clients see of the server is the watch, so that has the name of the resource.
    const port = new URL(await stage.serve(server.watch.server)).port;
    server.url = `http://localhost:${port}/mcp`;
    const program = stage.start(name, 'java', ['-jar', JAR], {
      ...withoutSettings(),
      FILE_TOOLS_PORT: '0',
      FILE_TOOLS_AS_PORT: '0',
      FILE_TOOLS_ROOT: server.root,
      FILE_TOOLS_USER: server.user.name,
      FILE_TOOLS_PASSWORD: server.user.password,
      MCP_AUTH_RESOURCE: server.url,
      MCP_AUTH_POLICY_FILE: policy,
      ...settings,
    });
    await stage.told(program, 'ready');
    const listening = parseInt(await stage.told(program, 'Listening on port'), 10);
    server.watch.target = { hostname: '127.0.0.1', port: listening };
    server.issuer = await stage.told(program, 'Authorization server');
    return server;
  }
}

function policyWith(about) {
  return {
    initial: FIRST_SCOPES,
    tools: {
      about,
      list_files: ['files:list'],
      read_file: ['files:read'],
      write_file: ['files:write'],
      delete_file: ['files:write'],
    },
  };
}

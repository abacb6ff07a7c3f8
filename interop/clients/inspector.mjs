import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FIRST_SCOPES } from './file-tools.mjs';
import { freePort, programOf, runToEnd } from './program.mjs';

const PROGRAM = programOf('@modelcontextprotocol/inspector', 'clients/launcher/build/index.js');

/** The command line of the MCP Inspector. */
export const inspector = {
  name: 'Inspector CLI',
  package: '@modelcontextprotocol/inspector',
  stepsUp: true,
  logsInLate: true,

  async open({ server, user, home, known }) {
    const config = path.join(home.directory, 'servers.json');
    // Left to itself it asks for every scope of the metadata, and there is nothing to step up to.
    const entry = { type: 'streamable-http', url: server.url, oauth: { scopes: FIRST_SCOPES.join(' ') } };
    await writeFile(config, JSON.stringify({ mcpServers: { files: entry } }));
    const callback = `http://127.0.0.1:${await freePort()}/oauth/callback`;
    const run = async args => {
      const { status, out, text } = await runToEnd(user,
        [PROGRAM, '--cli', '--config', config, '--server', 'files', '--callback-url', callback, '--format', 'json',
          ...knownAs(known), ...args], {
          env: { ...home.env, MCP_AUTO_OPEN_ENABLED: 'true', MCP_INSPECTOR_SECRET_STORE: 'file' },
          // The answer to the question whether to ask for more scopes.
          input: 'y\n',
        });
      if (status !== 0) {
        throw new Error(text);
      }
      return JSON.parse(out).result;
    };
    return {
      tools: async () => (await run(['--method', 'tools/list'])).tools.map(({ name }) => name),
      call: async (name, args) => {
        const { content } = await run(
          ['--method', 'tools/call', '--tool-name', name, '--tool-args-json', JSON.stringify(args)]);
        return content.map(({ text }) => text).join('');
      },
    };
  },
};

function knownAs(known) {
  if (!known) {
    return [];
  }
  return known.url ? ['--client-metadata-url', known.url] : ['--client-id', known.id];
}

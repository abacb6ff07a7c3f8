import { fileURLToPath } from 'node:url';
import { withoutSettings } from '../conformance/run.mjs';
import { runToEnd } from './program.mjs';

const JAR = fileURLToPath(new URL('../../mcp-auth-examples/target/mcp-client.jar', import.meta.url));

/** The command-line client of this project, as a client that the server knows. It forgets its tokens with each run. */
export const commandLine = {
  name: 'mcp-client',

  async open({ server, user, known }) {
    const options = known.url ? ['--client-metadata-url', known.url] : [];
    const env = { ...withoutSettings(), ...known.id && { MCP_CLIENT_ID: known.id, MCP_CLIENT_ISSUER: server.issuer } };
    const run = async (...args) => {
      const { status, out, text } = await runToEnd(user,
        ['-XX:TieredStopAtLevel=1', '-jar', JAR, ...options, server.url, ...args], { env, command: 'java' });
      if (status !== 0) {
        throw new Error(text);
      }
      return out;
    };
    return {
      tools: async () => (await run()).match(/^\w+/gm),
      call: (name, args) => run(name, JSON.stringify(args)),
    };
  },
};

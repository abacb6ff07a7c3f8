import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { freePort, Reader, programOf } from './program.mjs';

const PROGRAM = programOf('mcp-remote', 'dist/proxy.js');
const CALL_LIMIT_MS = 30_000;

/** The bridge `mcp-remote`, with a plain stdio client of the TypeScript SDK in front of it. */
export const mcpRemote = {
  name: 'mcp-remote',
  package: 'mcp-remote',
  stepsUp: true,
  logsInLate: true,

  async open({ server, user, home, known }) {
    const transport = new StdioClientTransport({
      command: process.execPath, args: [PROGRAM, server.url, ...await knownAs(known)], env: home.env, stderr: 'pipe',
    });
    const reader = new Reader(user);
    transport.stderr.setEncoding('utf8').on('data', chunk => reader.add(chunk));
    const client = new Client({ name: 'host', version: '1.0.0' });
    let connected;
    return {
      tools: async () => {
        connected ??= client.connect(transport, { timeout: CALL_LIMIT_MS });
        await connected;
        await reader.visited();
        return (await client.listTools()).tools.map(({ name }) => name);
      },
      call: async (name, args) => {
        const { content } = await client.callTool({ name, arguments: args }, undefined, { timeout: CALL_LIMIT_MS });
        return content.map(({ text }) => text).join('');
      },
      close: () => client.close(),
    };
  },
};

/** How it is told what it is to the server; a port of its own, since a client that is known has one. */
async function knownAs(known) {
  if (!known) {
    return [];
  }
  return [`${await freePort()}`, ...known.url
    ? ['--client-metadata-url', known.url]
    : ['--static-oauth-client-info', JSON.stringify({ client_id: known.id })]];
}

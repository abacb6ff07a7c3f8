import { createServer } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';

/** Everybody has notes of his own. */
const notes = new Map();

/** Whom the guard let in: the header is percent-encoded, and nobody but the guard can set it. */
function caller({ requestInfo }) {
  const subject = requestInfo.headers['x-mcp-auth-subject'];
  if (!subject) {
    throw new Error('Nobody says who calls. Start the guard with GUARD_IDENTITY_HEADERS=true.');
  }
  return decodeURIComponent(subject);
}

function read(extra) {
  const own = notes.get(caller(extra)) ?? [];
  return { content: [{ type: 'text', text: `Notes of ${caller(extra)}: ${own.join(', ')}` }] };
}

function write({ text }, extra) {
  notes.set(caller(extra), [...(notes.get(caller(extra)) ?? []), text]);
  return read(extra);
}

function mcpServer() {
  const server = new McpServer({ name: 'notes', version: '1.0.0' });
  server.registerTool('read_notes', { description: 'Reads your notes.' }, read);
  server.registerTool('write_note', { description: 'Writes a note.', inputSchema: { text: z.string() } }, write);
  return server;
}

/** Each request is served by itself, without a session. */
createServer(async (request, response) => {
  const server = mcpServer();
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  response.on('close', () => server.close());
  await server.connect(transport);
  await transport.handleRequest(request, response);
}).listen(process.env.PORT ?? 4000, '127.0.0.1');

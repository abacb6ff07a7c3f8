// A server of the TypeScript SDK that speaks HTTP+SSE, for the guard to stand in front of.
import { createServer } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';

const transports = new Map();
let calls = 0;

function mcp() {
  const server = new McpServer({ name: 'sse', version: '1.0.0' });
  server.registerTool('count', { description: 'Counts its calls' },
    () => ({ content: [{ type: 'text', text: String(++calls) }] }));
  return server;
}

const http = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://localhost');
  if (request.method === 'GET' && url.pathname === '/sse') {
    const transport = new SSEServerTransport('/messages', response);
    transports.set(transport.sessionId, transport);
    response.on('close', () => transports.delete(transport.sessionId));
    await mcp().connect(transport);
    return;
  }
  const transport = transports.get(url.searchParams.get('sessionId'));
  if (request.method !== 'POST' || url.pathname !== '/messages' || !transport) {
    response.writeHead(400).end('not for this server');
    return;
  }
  await transport.handlePostMessage(request, response);
});
http.listen(0, '127.0.0.1', () => console.log(`ready http://127.0.0.1:${http.address().port}/sse`));

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';

const CALL = { jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'count', arguments: {} } };

/**
 * HTTP+SSE: the SDK's client through the guard at a server of the SDK, and what somebody else's token
 * can do with its session.
 */
export async function httpSse({ checks, server }, token, otherToken) {
  const refused = await fetch(server.sseUrl, { headers: { accept: 'text/event-stream' } });
  checks.same('the stream without a token is refused', refused.status, 401);
  checks.that('with the guard\'s own metadata in the challenge',
    refused.headers.get('www-authenticate')?.includes(`${new URL(server.sseUrl).origin}/.well-known/`),
    refused.headers.get('www-authenticate'));
  await refused.body?.cancel();

  const { client, posted } = await connect(server.sseUrl, token);
  checks.same('the client connects', client.getServerVersion()?.name, 'sse');
  checks.same('a tool answers through the stream', await count(client), '1');
  const message = posted.at(-1);
  checks.that('messages go to the path that the server announced',
    message.startsWith(`${new URL(server.sseUrl).origin}/messages?sessionId=`));

  checks.same('another user\'s token posts nothing into the session',
    await post(message, otherToken), 404);
  checks.same('nor does no token', await post(message, undefined), 401);
  checks.same('nor its own token with another id',
    await post(`${message.slice(0, -4)}0000`, token), 404);
  checks.same('nor with the id twice', await post(`${message}&${new URL(message).search.slice(1)}`, token), 404);
  checks.same('and no tool ran for any of it', await count(client), '2');

  await client.close();
  checks.same('the session ends with its stream', await ended(message, token), 404);
}

async function connect(url, token) {
  const posted = [];
  const transport = new SSEClientTransport(new URL(url), {
    authProvider: { tokens: () => ({ access_token: token, token_type: 'Bearer' }) },
    fetch: (target, init) => {
      if (init?.method === 'POST') {
        posted.push(String(target));
      }
      return fetch(target, init);
    },
  });
  const client = new Client({ name: 'interop-sse', version: '1.0.0' });
  await client.connect(transport);
  return { client, posted };
}

async function count(client) {
  return (await client.callTool({ name: 'count', arguments: {} })).content[0].text;
}

async function post(url, token) {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...token && { authorization: `Bearer ${token}` },
    },
    body: JSON.stringify(CALL),
  });
  await response.body?.cancel();
  return response.status;
}

/** The guard hears of a closed connection a moment later; a message before that is still served. */
async function ended(url, token) {
  const deadline = Date.now() + 10_000;
  let status = await post(url, token);
  while (status !== 404 && Date.now() < deadline) {
    await new Promise(resolve => setTimeout(resolve, 50));
    status = await post(url, token);
  }
  return status;
}

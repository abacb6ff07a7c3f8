import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const CALLS = 20;

/** The official client, whose requests the proxy hands to the nodes in turn, in one session. */
export async function sessions({ checks, cluster }) {
  const before = await cluster.proxy.counts();
  const { client, transport } = await connected(cluster, cluster.caller().token);
  const id = transport.sessionId;
  checks.that('the client has a session', typeof id === 'string' && id !== '');
  const texts = new Set();
  for (let call = 0; call < CALLS; call++) {
    const { content } = await client.callTool({ name: 'list_files', arguments: {} });
    texts.add(content.map(({ text }) => text).join(''));
  }
  checks.same('every call of it is answered', [...texts], ['known.txt (11 bytes)']);
  checks.same('it is the same session all the time', transport.sessionId === id, true);
  const after = await cluster.proxy.counts();
  const each = cluster.nodes.map(({ port }) => (after[port] ?? 0) - (before[port] ?? 0));
  checks.that('each node had its half of them', each.every(count => count >= CALLS / 2), each.join(' and '));
  await transport.terminateSession();
  await client.close();
  await ofItsOwnerAlone(checks, cluster);
}

/** What one node opened is on the other its owner's alone, who can end it there. */
async function ofItsOwnerAlone(checks, cluster) {
  const owner = await cluster.inSession(cluster.a.url);
  const other = cluster.caller();
  other.session = owner.session;
  checks.same('a session of node A is its owner\'s on node B', (await owner.call(cluster.b.url)).status, 200);
  checks.same('and nobody else\'s', (await other.call(cluster.b.url)).status, 404);
  checks.same('its owner ends it on node B', (await owner.close(cluster.b.url)).status, 200);
  checks.same('and it is over there', (await owner.call(cluster.b.url)).status, 404);
}

async function connected(cluster, token) {
  const transport = new StreamableHTTPClientTransport(new URL(cluster.url),
    { requestInit: { headers: { authorization: `Bearer ${token}` } } });
  const client = new Client({ name: 'nodes', version: '1.0.0' });
  await client.connect(transport);
  return { client, transport };
}

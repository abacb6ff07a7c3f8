import { Client as ClientV2, StreamableHTTPClientTransport as TransportV2, UnauthorizedError as UnauthorizedV2 } from '@modelcontextprotocol/client';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { MemoryProvider } from '../provider.mjs';

const REDIRECT = 'http://127.0.0.1:33419/callback';

/** The official clients, as clients that the server knows already. */
export const sdkV1 = official('sdk 1.x', Client, StreamableHTTPClientTransport, UnauthorizedError,
  // It takes the code alone.
  (transport, callback) => transport.finishAuth(callback.searchParams.get('code')));

export const clientV2 = official('client 2.x', ClientV2, TransportV2, UnauthorizedV2,
  (transport, callback) => transport.finishAuth(callback.searchParams));

function official(name, ClientClass, Transport, Unauthorized, finish) {
  return {
    name,
    async open({ server, user, known }) {
      const authProvider = new MemoryProvider('Known client', REDIRECT);
      if (known.url) {
        authProvider.clientMetadataUrl = known.url;
      } else {
        authProvider.saveClientInformation({ client_id: known.id });
      }
      const connect = async () => {
        const client = new ClientClass({ name: 'known', version: '1.0.0' });
        const transport = new Transport(new URL(server.url), { authProvider });
        try {
          await client.connect(transport);
          return client;
        } catch (error) {
          if (!(error instanceof Unauthorized)) {
            throw error;
          }
          await finish(transport, await user.answer(authProvider.takeAuthorizationUrl()));
          return undefined;
        }
      };
      const client = await connect() ?? await connect();
      return {
        tools: async () => (await client.listTools()).tools.map(tool => tool.name),
        call: async (tool, args) => {
          const { content } = await client.callTool({ name: tool, arguments: args });
          return content.map(({ text }) => text).join('');
        },
        close: () => client.close(),
      };
    },
  };
}

import { auth, createMCPClient } from '@ai-sdk/mcp';
import { MemoryProvider } from '../provider.mjs';
import { REDIRECT_URI, withLogin } from './library.mjs';

/** The MCP client of the AI SDK. */
export const aiSdk = {
  name: 'AI SDK',
  package: '@ai-sdk/mcp',
  // A 403 is an error to it, whatever the challenge says.
  stepsUp: false,
  logsInLate: true,

  async open({ server, user }) {
    const provider = new MemoryProvider('AI SDK', REDIRECT_URI);
    const finish = answer => auth(provider, {
      serverUrl: server.url,
      authorizationCode: answer.get('code'),
      callbackState: answer.get('state'),
      iss: answer.get('iss'),
    });
    const login = action => withLogin({ provider, user, finish }, action);
    let client;
    let tools;
    return {
      tools: () => login(async () => {
        client ??= await createMCPClient({ transport: { type: 'http', url: server.url, authProvider: provider } });
        tools = await client.tools();
        return Object.keys(tools);
      }),
      call: (name, args) => login(async () => {
        const { content } = await tools[name].execute(args, { messages: [], toolCallId: '1' });
        return content.map(({ text }) => text).join('');
      }),
      close: () => client?.close(),
    };
  },
};

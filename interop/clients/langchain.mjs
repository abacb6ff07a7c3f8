import { MultiServerMCPClient } from '@langchain/mcp-adapters';
import { auth } from '@modelcontextprotocol/sdk/client/auth.js';
import { MemoryProvider } from '../provider.mjs';
import { REDIRECT_URI, withLogin } from './library.mjs';

/** The MCP adapters of LangChain, which bring the TypeScript SDK 1.x. */
export const langchain = {
  name: 'LangChain',
  package: '@langchain/mcp-adapters',
  // As the SDK's: only where no refresh token is at hand, for a refresh gets the same scopes again.
  stepsUp: false,
  logsInLate: true,

  async open({ server, user }) {
    const provider = new MemoryProvider('LangChain', REDIRECT_URI);
    const finish = answer => auth(provider, { serverUrl: server.url, authorizationCode: answer.get('code') });
    const login = action => withLogin({ provider, user, finish }, action);
    const client = new MultiServerMCPClient({
      mcpServers: {
        files: { transport: 'http', url: server.url, authProvider: provider, automaticSSEFallback: false },
      },
    });
    let tools;
    return {
      tools: () => login(async () => {
        tools = await client.getTools();
        return tools.map(({ name }) => name);
      }),
      call: (name, args) => login(() => tools.find(tool => tool.name === name).invoke(args)),
      close: () => client.close(),
    };
  },
};

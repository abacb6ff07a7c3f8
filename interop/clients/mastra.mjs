import { MCPClient, MCPOAuthClientProvider } from '@mastra/mcp';
import { HALF_WAY } from './library.mjs';
import { register } from './register.mjs';

const SERVER = 'files';
const PREFIX = `${SERVER}_`;
const REDIRECT_URI = 'http://127.0.0.1:33419/oauth/callback';

/** The MCP client of Mastra. It registers itself nowhere, so its operator does that. */
export const mastra = {
  name: 'Mastra',
  package: '@mastra/mcp',
  // It names the page where its user would agree, but has no way to take the answer once it is connected.
  stepsUp: HALF_WAY,
  logsInLate: HALF_WAY,

  async open({ server, user }) {
    const { clientInformation, clientMetadata } = await register(server.issuer, 'Mastra', REDIRECT_URI);
    let listening = false;
    let visit;
    const authProvider = new MCPOAuthClientProvider({
      redirectUrl: REDIRECT_URI,
      clientInformation,
      clientMetadata,
      onRedirectToAuthorization: url => {
        visit = listening ? user.visit(url) : user.look(url);
      },
    });
    const client = new MCPClient({ servers: { [SERVER]: { url: new URL(server.url), authProvider } } });
    let tools;
    return {
      tools: async () => {
        listening = true;
        await client.authenticate(SERVER);
        await visit;
        listening = false;
        tools = await client.listTools();
        return Object.keys(tools).map(name => name.slice(PREFIX.length));
      },
      call: async (name, args) => {
        const { content } = await tools[`${PREFIX}${name}`].execute(args, {});
        return content.map(({ text }) => text).join('');
      },
      close: () => client.disconnect(),
    };
  },
};

import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

/** The client of the TypeScript SDK 1.x. */
export const sdkV1 = {
  name: 'sdk 1.x',
  package: '@modelcontextprotocol/sdk',
  firstRequest: 'initialize',
  UnauthorizedError,

  client: () => new Client({ name: 'interop-sdk-v1', version: '1.0.0' }),

  transport: (url, authProvider, fetch) =>
    new StreamableHTTPClientTransport(new URL(url), { authProvider, fetch }),

  // It takes the code alone: `state` and `iss` are checked by whoever calls it, here login.mjs.
  finishAuth: (transport, answer) => transport.finishAuth(answer.get('code')),

  /**
   * On a 403 this client runs its ordinary authorization, which prefers a refresh to a login. A
   * refresh sends no scope and so gets the narrow scopes again; the second, identical 403 then ends
   * the call with an error, and the user is never asked. Without a refresh token at hand it goes
   * straight to the authorization endpoint, with the scopes of the challenge.
   */
  beforeStepUp: provider => provider.withholdRefreshToken(),
};

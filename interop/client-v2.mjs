import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';

/** The client package 2.x, as it comes: it starts with `initialize`. */
export const clientV2 = {
  name: 'client 2.x',
  package: '@modelcontextprotocol/client',
  firstRequest: 'initialize',
  UnauthorizedError,

  client: () => new Client({ name: 'interop-client-v2', version: '1.0.0' }),

  transport: (url, authProvider, fetch) =>
    new StreamableHTTPClientTransport(new URL(url), { authProvider, fetch }),

  /** It checks `iss` itself (RFC 9207), so it gets the whole answer. */
  finishAuth: (transport, answer) => transport.finishAuth(answer),
  checksIssuer: true,

  /** It sees that more scopes are wanted than its token has, and asks the user by itself. */
  beforeStepUp: () => {},
};

/** The same, looking for the 2026-07-28 revision first: it starts with `server/discover`. */
export const clientV2Auto = {
  ...clientV2,
  name: 'client 2.x auto',
  firstRequest: 'server/discover',
  client: () =>
    new Client(
      { name: 'interop-client-v2-auto', version: '1.0.0' },
      { versionNegotiation: { mode: 'auto' } },
    ),
};

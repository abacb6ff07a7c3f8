import { Agent, request } from 'node:http';
import { challengeOf, purpose } from './recorder.mjs';

const CALL = {
  jsonrpc: '2.0',
  id: 7,
  method: 'tools/call',
  params: { name: 'read_file', arguments: { path: 'known.txt' } },
};

const HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
};

/** Calls that lack a proper token, sent without any client. */
export async function closedDoors({ checks, recorder, server }, accessToken) {
  const refused = async (name, url, error, init = {}) => {
    const { exchanges: [exchange] } = await recorder.during(() => send(recorder, url, init));
    checks.same(`${name} is refused`, [exchange.status, challengeOf(exchange).error],
      [401, error]);
    return exchange;
  };
  const bearer = token => ({ authorization: `Bearer ${token}` });
  const plain = await refused('a call without a token', server.url);
  checks.that('the answer has a JSON-RPC error', plain.answer?.error?.message === 'Unauthorized',
    JSON.stringify(plain.answer));
  await newestRevision(refused, checks, server);
  await refused('a call with its token in the query',
    `${server.url}?access_token=${accessToken}`, undefined);
  await refused('a call with a word for a token', server.url, 'invalid_token',
    { headers: bearer('garbage') });
  await refused('a call with a token signed by nobody', server.url, 'invalid_token',
    { headers: bearer(unsigned(accessToken)) });
  await refused('a call with a broken signature', server.url, 'invalid_token',
    { headers: bearer(`${accessToken.slice(0, -8)}AAAAAAAA`) });
  await otherCase(checks, server, accessToken);
  await foreignAudience({ checks, recorder, server }, refused, bearer(accessToken));
}

/** 2026-07-28, basic, "Error Codes": own codes stay out of the range that JSON-RPC reserves. */
async function newestRevision(refused, checks, server) {
  const revision = '2026-07-28';
  const meta = {
    'io.modelcontextprotocol/protocolVersion': revision,
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const call = { ...CALL, params: { ...CALL.params, _meta: meta } };
  const exchange = await refused('a call of revision 2026-07-28 without a token', server.url,
    undefined, {
      call,
      headers: {
        'mcp-protocol-version': revision,
        'mcp-method': call.method,
        'mcp-name': call.params.name,
      },
    });
  const code = exchange.answer?.error?.code;
  checks.that('its error code is out of the reserved range',
    Number.isInteger(code) && (code < -32768 || code > -32000), String(code));
}

/**
 * Some containers keep the header values of a connection and look them up without regard to case:
 * a token after a good one on the same connection may then be taken for the good one.
 */
async function otherCase(checks, server, accessToken) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const [header, claims, signature] = accessToken.split('.');
  const swapped = signature.replace(/[a-z]/i, letter =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase());
  try {
    const statuses = [];
    for (const token of [accessToken, `${header}.${claims}.${swapped}`]) {
      statuses.push(await statusOn(agent, server.url, token));
    }
    checks.that('a token in another case, after the good one on one connection, is refused',
      statuses[0] !== 401 && statuses[1] === 401, JSON.stringify(statuses));
  } finally {
    agent.destroy();
  }
}

function statusOn(agent, url, token) {
  return new Promise((resolve, reject) => {
    const headers = { ...HEADERS, authorization: `Bearer ${token}` };
    request(url, { agent, method: 'POST', headers }, response => {
      response.resume().on('end', () => resolve(response.statusCode));
    }).on('error', reject).end(JSON.stringify(CALL));
  });
}

/** Two servers trust one issuer; what it issued for the one must be worth nothing at the other. */
async function foreignAudience({ checks, recorder, server }, refused, headers) {
  const { exchanges: [own] } = await recorder.during(() => send(recorder, server.url, { headers }));
  checks.that('the token itself is good: its own server lets it in',
    own.status !== 401 && own.status !== 403, String(own.status));
  const foreign = await refused('the same token at another server', server.otherUrl,
    'invalid_token', { headers });
  checks.same('the reason is the audience', challengeOf(foreign).error_description,
    'The access token was issued for another resource');
}

/** What a client may do without a token: say hello, look at the tools, and call the open one. */
const OPEN = ['initialize', 'notifications/initialized', 'server/discover', 'tools/list',
  'tools/call about', '/mcp'];

/** No request without a credential got more than that. */
export function noneWithoutPrincipal(checks, server, recorders) {
  const endpoints = [server.url, server.otherUrl];
  const all = recorders.flatMap(recorder => recorder.exchanges)
    .filter(e => endpoints.includes(e.url.split('?')[0]));
  const bare = all.filter(e => e.authorization === null);
  const locked = bare.filter(e => !OPEN.includes(purpose(e)));
  const answered = locked.filter(e => e.status !== 401);
  checks.that('no call of a locked tool without a credential got anything but a 401',
    locked.length > 0 && answered.length === 0,
    `${locked.length} such calls among ${all.length} ${answered.map(purpose).join(', ')}`);
}

function send(recorder, url, { method = 'POST', headers = {}, call = CALL }) {
  return recorder.fetch(url, {
    method,
    headers: { ...HEADERS, ...headers },
    body: method === 'POST' ? JSON.stringify(call) : undefined,
  });
}

function unsigned(accessToken) {
  const header = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
  return `${header}.${accessToken.split('.')[1]}.`;
}

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
  await refused('a GET without a token', server.url, undefined, { method: 'GET' });
  await refused('a DELETE without a token', server.url, undefined, { method: 'DELETE' });
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

/** No request without a credential ever got anything but a 401 from an MCP endpoint. */
export function noneWithoutPrincipal(checks, server, recorders) {
  const endpoints = [server.url, server.otherUrl];
  const all = recorders.flatMap(recorder => recorder.exchanges)
    .filter(e => endpoints.includes(e.url.split('?')[0]));
  const bare = all.filter(e => e.authorization === null);
  const answered = bare.filter(e => e.status !== 401);
  checks.that('no call without a credential got anything but a 401',
    bare.length > 0 && answered.length === 0,
    `${bare.length} such calls among ${all.length} ${answered.map(purpose).join(', ')}`);
}

function send(recorder, url, { method = 'POST', headers = {} }) {
  return recorder.fetch(url, {
    method,
    headers: { ...HEADERS, ...headers },
    body: method === 'POST' ? JSON.stringify(CALL) : undefined,
  });
}

function unsigned(accessToken) {
  const header = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
  return `${header}.${accessToken.split('.')[1]}.`;
}

import { CLIENT_ID } from './cluster.mjs';
import { send } from './mcp.mjs';
import { Probe } from './probe.mjs';

const SIGNALS = 30;
const SAME_NODE_MS = 200;
const REFUSED_WITHIN_MS = 1_000;
const ENDED_WITHIN_MS = 1_200;
const SESSION_REVOKED = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked';
const BACK_CHANNEL_LOGOUT = 'http://schemas.openid.net/event/backchannel-logout';

/** A signed CAEP event, and a logout token, which one node receives: both end what the user has. */
export async function signals({ checks, cluster, figures }) {
  await events(checks, cluster, figures);
  await logout(checks, cluster);
  await forged(checks, cluster);
}

async function events(checks, cluster, figures) {
  const times = { refused: [], sameNode: [], ends: [] };
  const wrong = [];
  const { statuses, perSecond } = await cluster.underLoad(async () => {
    for (let number = 0; number < SIGNALS; number++) {
      const caller = await cluster.inSession();
      const streams = await Promise.all(cluster.nodes.map(node => caller.stream(node.url)));
      const other = new Probe(caller, cluster.b.url, 401);
      const sent = Date.now();
      const answer = await push(cluster, event(cluster, caller.subject));
      const next = await caller.call(cluster.a.url);
      if (answer.status !== 202 || next.status !== 401 || !await other.refused()) {
        wrong.push([answer.status, answer.text, next.status, ...other.statuses]);
      }
      const at = await cluster.changedAt(caller.subject);
      const ends = await Promise.all(streams.map(stream => stream.ended()));
      times.refused.push(Math.max(0, other.refusedAt - at));
      times.sameNode.push(Math.max(0, ends[0] - at));
      times.ends.push(...ends.map(end => end - sent));
    }
  });
  const title = 'CAEP session-revoked at one node';
  checks.same('every event is a 202, and the next request at its node is refused', wrong, []);
  figures.times(checks, `${title} to refusal at the other, under load of ${perSecond} calls a second`, times.refused,
    REFUSED_WITHIN_MS);
  figures.times(checks, `${title} to the end of the user's event stream there`, times.sameNode, SAME_NODE_MS);
  figures.times(checks, `${title}, from its delivery, to the end of the user's event streams on both nodes`, times.ends,
    ENDED_WITHIN_MS);
  checks.same('all others were served', Object.keys(statuses), ['200']);
}

/** One login of a user ends at the provider; another one of the same user goes on. */
async function logout(checks, cluster) {
  const [ended, other] = ['one', 'other'].map(sid => ({ sub: 'logged-out', sid: `login-${sid}` }));
  const caller = await cluster.inSession(cluster.url, ended);
  const stays = await cluster.inSession(cluster.url, other);
  const streams = await Promise.all(cluster.nodes.map(node => caller.stream(node.url)));
  const token = cluster.issuer.signed('logout+jwt', { ...ended, iat: now(), exp: now() + 120, aud: CLIENT_ID,
    events: { [BACK_CHANNEL_LOGOUT]: {} } });
  const body = `${new URLSearchParams({ logout_token: token })}`;
  const sent = Date.now();
  const answer = await send(at(cluster.b, '/backchannel-logout'), 'POST',
    { 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length }, body);
  checks.same('a logout token is a 200', answer.status, 200);
  const ends = (await Promise.all(streams.map(stream => stream.ended()))).map(end => end - sent);
  checks.that('the streams of that login end on both nodes', ends.every(end => end < ENDED_WITHIN_MS), `${ends} ms`);
  for (const node of cluster.nodes) {
    checks.same(`${node.name}: that login is refused, another one goes on`,
      [(await caller.call(node.url)).status, (await stays.call(node.url)).status], [401, 200]);
  }
}

/** What one node has taken is no news to the other, and what is not signed by the issuer is none to anybody. */
async function forged(checks, cluster) {
  const caller = await cluster.inSession();
  const token = event(cluster, caller.subject);
  const spoilt = `${token.slice(0, -8)}AAAAAAAA`;
  checks.same('an event with a spoilt signature is a 400', (await push(cluster, spoilt)).status, 400);
  checks.same('and changes nothing', (await caller.call(cluster.a.url)).status, 200);
  const refused = await send(at(cluster.a, '/events'), 'POST', { 'content-type': 'application/secevent+jwt',
    'content-length': caller.token.length }, caller.token);
  checks.same('an access token is no event', refused.status, 400);
}

function event(cluster, sub) {
  return cluster.issuer.signed('secevent+jwt', {
    iat: now(),
    aud: cluster.url,
    sub_id: { format: 'iss_sub', iss: cluster.issuer.url, sub },
    events: { [SESSION_REVOKED]: { event_timestamp: now(), initiating_entity: 'admin' } },
  });
}

function now() {
  return Math.floor(Date.now() / 1000);
}

function push(cluster, token) {
  return send(at(cluster.a, '/events'), 'POST', { 'content-type': 'application/secevent+jwt',
    accept: 'application/json', 'content-length': token.length }, token);
}

function at(node, path) {
  return new URL(path, node.url).href;
}

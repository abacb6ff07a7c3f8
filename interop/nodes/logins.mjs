import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Browser } from '../browser.mjs';
import { keepSecret } from '../secrets.mjs';
import { Caller } from './mcp.mjs';
import { Proxy } from './nginx.mjs';
import { Node } from './node.mjs';
import { freePort } from './ports.mjs';

const REDIRECT = 'http://127.0.0.1:61999/callback';
const USER = 'nodes';
const END_LIMIT_MS = 5_000;

/** nginx leaves a server that failed alone for ten seconds. */
const BACK_LIMIT_MS = 30_000;
const POLL_MS = 200;

/**
 * Users log in at the authorization server of the nodes themselves, and each of their requests goes to the next node:
 * what is begun on one is finished on the other, whichever of them is killed meanwhile.
 */
export async function logins({ checks, cluster }) {
  const house = await House.start(cluster);
  try {
    const client = await house.register();
    await acrossNodes(checks, house, client);
    await killedWhileTheUserIsAsked(checks, house, client);
    await killedBeforeTheCodeIsRedeemed(checks, house, client);
    const tokens = await restarted(checks, house, client);
    await ended(checks, house, client, tokens);
  } finally {
    await house.stop();
  }
}

async function acrossNodes(checks, house, client) {
  const { tokens, asked } = await house.login(client);
  checks.same('a login whose requests go to the nodes in turn: the user is asked once for everything',
    asked, ['login', 'consent']);
  const counts = Object.values(await house.logins.counts());
  checks.that('both have been asked', counts.length === 2 && Math.min(...counts) > 0, `${counts}`);
  for (const node of house.nodes) {
    checks.same(`${node.name}: takes the token`, (await new Caller(tokens.access_token).open(node.url)).status, 200);
  }
  const next = await house.refresh(client, tokens, house.b);
  checks.that('the other node renews it', Boolean(next.access_token), next.error);
}

async function killedWhileTheUserIsAsked(checks, house, client) {
  const { tokens, asked } = await house.login(client, async form => {
    if (form === 'consent') {
      await house.a.kill();
    }
  });
  checks.that('node A is killed while the user is asked: the other one finishes', Boolean(tokens.access_token),
    `${asked} ${tokens.error}`);
  checks.same('and takes the token', (await new Caller(tokens.access_token).open(house.b.url)).status, 200);
  await house.back(house.a);
}

async function killedBeforeTheCodeIsRedeemed(checks, house, client) {
  const { redeem } = await house.code(client);
  await house.b.kill();
  const tokens = await redeem();
  checks.that('node B is killed between code and token: the other one redeems it', Boolean(tokens.access_token),
    tokens.error);
  await house.back(house.b);
}

async function restarted(checks, house, client) {
  const { tokens } = await house.login(client);
  await Promise.all(house.nodes.map(node => node.stop()));
  await Promise.all(house.nodes.map(node => node.start()));
  const next = await house.refresh(client, tokens, house.a);
  checks.that('a restart of both loses no client and no grant', Boolean(next.access_token), next.error);
  checks.same('nor an access token', (await new Caller(tokens.access_token).open(house.b.url)).status, 200);
  return next;
}

async function ended(checks, house, client, tokens) {
  const caller = new Caller(tokens.access_token);
  await caller.open(house.b.url);
  const stream = await caller.stream(house.b.url);
  checks.same('a stream is open on node B', stream.status, 200);
  const revoked = await fetch(`${house.a.issuer}/oauth/revoke`, {
    method: 'POST', body: new URLSearchParams({ token: tokens.refresh_token, client_id: client }) });
  checks.same('the client ends its grant at node A', revoked.status, 200);
  checks.that('the stream on node B ends', await Promise.race([
    stream.ended().then(time => Number.isFinite(time)), pause(END_LIMIT_MS, false)]));
  checks.same('and the next call there is refused', (await caller.call(house.b.url)).status, 401);
}

/** Two nodes with an authorization server of their own, on the database of the cluster, and a proxy for each of the two. */
class House {
  #password = randomBytes(18).toString('base64url');

  static async start({ stage, database, root }) {
    const house = new House();
    keepSecret(house.#password);
    const nginx = process.env.NODES_NGINX;
    house.tools = await Proxy.of(stage, nginx, 'nginx-tools');
    house.logins = await Proxy.of(stage, nginx, 'nginx-logins');
    house.issuer = new URL(house.logins.url).origin;
    const settings = {
      ...database.settings,
      FILE_TOOLS_ROOT: root,
      FILE_TOOLS_USER: USER,
      FILE_TOOLS_PASSWORD: house.#password,
      FILE_TOOLS_AS_ISSUER: house.issuer,
      MCP_AUTH_RESOURCE: house.tools.url,
      MCP_AUTH_NODES: '2',
      MCP_AUTH_STORE_CREATE_SCHEMA: 'true',
    };
    house.a = await House.#node(stage, 'login-a', settings);
    house.b = await House.#node(stage, 'login-b', settings);
    await Promise.all(house.nodes.map(node => node.start()));
    await house.tools.start(house.nodes.map(({ port }) => port));
    await house.logins.start(house.nodes.map(({ issuerPort }) => issuerPort));
    return house;
  }

  static async #node(stage, name, settings) {
    const issuerPort = await freePort();
    const node = await Node.of(stage, name, { ...settings, FILE_TOOLS_AS_PORT: `${issuerPort}` });
    return Object.assign(node, { issuerPort, issuer: `http://127.0.0.1:${issuerPort}` });
  }

  get nodes() {
    return [this.a, this.b];
  }

  /** Starts a node that was killed, and waits until the proxy asks it again. */
  async back(node) {
    await node.start();
    const asked = async () => (await this.logins.counts())[node.issuerPort] ?? 0;
    const before = await asked();
    const deadline = Date.now() + BACK_LIMIT_MS;
    while (await asked() === before) {
      if (Date.now() > deadline) {
        throw new Error(`the proxy does not ask ${node.name} again`);
      }
      await fetch(`${this.issuer}/.well-known/oauth-authorization-server`).then(answer => answer.text());
      await pause(POLL_MS);
    }
  }

  async register() {
    const response = await fetch(`${this.issuer}/oauth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        client_name: 'Nodes',
        redirect_uris: [REDIRECT],
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
      }),
    });
    return (await response.json()).client_id;
  }

  /** A login up to the code, with what the user was asked, and a way to redeem it. */
  async code(client, before = async () => undefined) {
    const verifier = randomBytes(32).toString('base64url');
    const url = new URL(`${this.issuer}/oauth/authorize`);
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: client,
      redirect_uri: REDIRECT,
      scope: 'files:list files:read',
      resource: this.tools.url,
      state: 'state',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    const asked = [];
    const { callback } = await new Browser(USER, this.#password).visit(url, REDIRECT, async form => {
      asked.push(form);
      await before(form);
    });
    const code = callback.searchParams.get('code');
    return { asked, redeem: () => this.#token(this.issuer, {
      grant_type: 'authorization_code', client_id: client, code, code_verifier: verifier }) };
  }

  async login(client, before) {
    const { asked, redeem } = await this.code(client, before);
    return { asked, tokens: await redeem() };
  }

  refresh(client, { refresh_token: token }, { issuer }) {
    return this.#token(issuer, { grant_type: 'refresh_token', client_id: client, refresh_token: token });
  }

  async #token(issuer, form) {
    const response = await fetch(`${issuer}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) });
    const tokens = await response.json();
    keepSecret(tokens.access_token);
    keepSecret(tokens.refresh_token);
    return tokens;
  }

  stop() {
    return Promise.all(this.nodes.map(node => node.stop()));
  }
}

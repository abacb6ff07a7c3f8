import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Issuer } from './issuer.mjs';
import { Load } from './load.mjs';
import { Caller } from './mcp.mjs';
import { Proxy } from './nginx.mjs';
import { AccessCommand, Node } from './node.mjs';
import { Database } from './postgres.mjs';

/** Of all callers, unless a part says otherwise. */
export const CLIENT_ID = 'nodes';

const LOAD_CALLERS = 24;

/** Short, so that an outage that is too long is soon over; longer than a restart of the database takes. */
export const MAX_AGE_S = 8;

/** An issuer, a database, two nodes, a proxy in front of them, and the command line. */
export class Cluster {
  issuer = new Issuer();
  #number = 0;

  static async start(stage) {
    const cluster = new Cluster();
    cluster.stage = stage;
    // What runs as nobody finds its directories below.
    await chmod(stage.directory, 0o711);
    cluster.issuer.answerAt(await stage.serve(cluster.issuer.server));
    cluster.database = await Database.create(stage, process.env.NODES_POSTGRES);
    cluster.proxy = await Proxy.of(stage, process.env.NODES_NGINX);
    const root = path.join(stage.directory, 'root');
    cluster.root = root;
    await mkdir(root);
    await writeFile(path.join(root, 'known.txt'), 'known text\n');
    const settings = {
      ...cluster.database.settings,
      FILE_TOOLS_ROOT: root,
      MCP_AUTH_RESOURCE: cluster.proxy.url,
      MCP_AUTH_ISSUER: cluster.issuer.url,
      MCP_AUTH_NODES: '2',
      MCP_AUTH_STORE_CREATE_SCHEMA: 'true',
      MCP_AUTH_STORE_MAX_AGE_SECONDS: `${MAX_AGE_S}`,
      MCP_AUTH_BACKCHANNEL_LOGOUT_PATH: '/backchannel-logout',
      MCP_AUTH_BACKCHANNEL_LOGOUT_CLIENT_IDS: CLIENT_ID,
      MCP_AUTH_EVENTS_PATH: '/events',
      MCP_AUTH_EVENTS_AUDIENCE: cluster.proxy.url,
    };
    cluster.a = await Node.of(stage, 'node-a', settings);
    cluster.b = await Node.of(stage, 'node-b', settings);
    cluster.access = new AccessCommand({ ...cluster.database.settings, MCP_AUTH_ISSUER: cluster.issuer.url });
    await Promise.all(cluster.nodes.map(node => node.start()));
    await cluster.proxy.start(cluster.nodes.map(({ port }) => port));
    return cluster;
  }

  get nodes() {
    return [this.a, this.b];
  }

  get url() {
    return this.proxy.url;
  }

  /** A caller of its own, with a token of the issuer. */
  caller(claims = {}) {
    const sub = `user-${++this.#number}`;
    const caller = new Caller(this.issuer.token(this.url, { sub, client_id: CLIENT_ID, ...claims }));
    caller.subject = claims.sub ?? sub;
    return caller;
  }

  /** A caller with a session. */
  async inSession(url = this.url, claims) {
    const caller = this.caller(claims);
    const { status, text } = await caller.open(url);
    if (status !== 200) {
      throw new Error(`no session: ${status} ${text}`);
    }
    return caller;
  }

  /** How many are at work under load. */
  get callers() {
    return LOAD_CALLERS;
  }

  /**
   * Some dozen callers in a loop through the proxy while an action runs; gives what both brought.
   *
   * @param sessions whether they have some
   */
  async underLoad(action, sessions = true) {
    const tokens = Array.from({ length: LOAD_CALLERS }, () => this.caller().token);
    const load = await Load.start(this.url, tokens, sessions);
    try {
      const result = await action(load);
      return { result, ...await load.answers() };
    } finally {
      await load.stop();
    }
  }

  /** When a rule about a subject was made last, by the clock of the database, which is that of this machine. */
  async changedAt(subject) {
    const rows = await this.database.query(
      "SELECT changed_at::float8 AS at FROM mcp_auth_feed WHERE entry_value LIKE '%' || $1 || '%' ORDER BY number DESC LIMIT 1",
      [`"${subject}"`]);
    return rows[0]?.at;
  }
}

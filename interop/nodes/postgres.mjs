import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { keepSecret } from '../secrets.mjs';
import { freePort } from './ports.mjs';
import { ownDirectory, unprivileged } from './unprivileged.mjs';

const USER = 'mcp_auth';
const LONGEST_START_MS = 30_000;
const LONGEST_STOP_MS = 30_000;

/** A PostgreSQL of its own, which can be stopped and started again. */
export class Database {
  #stage;
  #bin;
  #data;
  #running;
  #starts = 0;
  #secrets = { postgres: secret(), [USER]: secret() };

  /** Makes one, and starts it with a database for the nodes. */
  static async create(stage, bin) {
    const database = new Database();
    database.#stage = stage;
    database.#bin = bin;
    database.#data = await ownDirectory(path.join(stage.directory, 'postgres'));
    database.port = await freePort();
    await database.#init();
    await database.start();
    await database.#query('postgres', 'postgres', `CREATE ROLE ${USER} LOGIN PASSWORD '${database.#secrets[USER]}'`);
    await database.#query('postgres', 'postgres', `CREATE DATABASE ${USER} OWNER ${USER}`);
    await database.query('CREATE EXTENSION pg_stat_statements');
    return database;
  }

  /** The settings of a node, and of the command line. */
  get settings() {
    return {
      MCP_AUTH_STORE_URL: `jdbc:postgresql://127.0.0.1:${this.port}/${USER}`,
      MCP_AUTH_STORE_USER: USER,
      MCP_AUTH_STORE_PASSWORD: this.#secrets[USER],
    };
  }

  async start() {
    const name = `postgres-${++this.#starts}`;
    const [command, args] = unprivileged(path.join(this.#bin, 'postgres'), '-D', this.#data, '-p', `${this.port}`,
      '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=',
      '-c', 'shared_preload_libraries=pg_stat_statements');
    this.#running = this.#stage.start(name, command, args);
    const deadline = Date.now() + LONGEST_START_MS;
    while (true) {
      try {
        await this.#query('postgres', 'postgres', 'SELECT 1');
        return;
      } catch (error) {
        if (Date.now() > deadline) {
          throw new Error(`${name} did not start: ${await this.#stage.output(name, 'err')}`, { cause: error });
        }
        await pause(100);
      }
    }
  }

  /** Ends it as `pg_ctl stop -m fast` does: open transactions are rolled back, connections closed. */
  async stop() {
    this.#running.child.kill('SIGINT');
    await this.#stage.end(this.#running, LONGEST_STOP_MS);
  }

  /** The rows of a query in the database of the nodes, as its administrator. */
  query(sql, parameters) {
    return this.#query('postgres', USER, sql, parameters);
  }

  /** Counts the statements of the nodes from here on. */
  async countAnew() {
    await this.query('SELECT pg_stat_statements_reset()');
  }

  /** The statements of the nodes since then, and how often each ran. */
  async counts() {
    return await this.query(`
      SELECT query, calls::int FROM pg_stat_statements JOIN pg_roles ON pg_roles.oid = userid
      WHERE rolname = '${USER}' ORDER BY calls DESC`);
  }

  async #init() {
    const passwords = path.join(this.#stage.directory, 'postgres-password');
    await writeFile(passwords, this.#secrets.postgres);
    await chmod(passwords, 0o644);
    const [command, args] = unprivileged(path.join(this.#bin, 'initdb'), '-D', this.#data, '-U', 'postgres',
      '-A', 'scram-sha-256', `--pwfile=${passwords}`, '-E', 'UTF8', '--locale=C', '--no-sync');
    await promisify(execFile)(command, args);
  }

  async #query(user, database, sql, parameters) {
    const client = new pg.Client({ host: '127.0.0.1', port: this.port, user, database, password: this.#secrets[user],
      connectionTimeoutMillis: 5_000 });
    // A server that ends is told by whoever asks it next.
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query(sql, parameters)).rows;
    } finally {
      await client.end();
    }
  }
}

function secret() {
  const text = randomBytes(18).toString('base64url');
  keepSecret(text);
  return text;
}

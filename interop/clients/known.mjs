import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { withoutSettings } from '../conformance/run.mjs';
import { commandLine } from './command-line.mjs';
import { FileTools, JAR } from './file-tools.mjs';
import { inspector } from './inspector.mjs';
import { mcpRemote } from './mcp-remote.mjs';
import { home } from './program.mjs';
import { clientV2, sdkV1 } from './typescript.mjs';
import { User } from './user.mjs';

const ENTERED = 'known-client';
const CLIENTS = [sdkV1, clientV2, mcpRemote, inspector, commandLine];
const EVERY_TOOL = ['about', 'delete_file', 'list_files', 'read_file', 'write_file'];

/** Programs on the user's computer, at whatever port. */
const REDIRECTS = ['127.0.0.1', 'localhost']
  .flatMap(host => [`http://${host}/callback`, `http://${host}/oauth/callback`]);

const KNOWN_LIMIT_MS = 10_000;
const POLL_MS = 100;

const run = promisify(execFile);

/** Clients that register nowhere: the operator has entered one, and one publishes its metadata. */
export async function knownClients(parts, stage) {
  const certificate = await Certificate.forLocalhost(stage.directory);
  const store = `file:${path.join(stage.directory, 'known-store')}`;
  const server = await FileTools.start(stage, 'known', {
    about: 'base', settings: { MCP_AUTH_STORE_URL: store, MCP_AUTH_TRUST_STORE: certificate.file } });
  await enter(store);
  await isKnown(server.issuer);
  const url = await published(stage, certificate);
  for (const client of CLIENTS) {
    for (const [words, known] of [['entered by the operator', { id: ENTERED }], ['by its document', { url }]]) {
      await parts.part(`${client.name}, ${words}`, checks => way({ checks, client, known, server, stage }));
    }
  }
}

async function way({ checks, client, known, server, stage }) {
  const user = new User(server.user);
  const place = await home(stage, `${client.name}-${known.url ? 'document' : 'entered'}`);
  const session = await client.open({ server, user, home: place, known });
  try {
    checks.same('tools/list has every tool', [...await session.tools()].sort(), EVERY_TOOL);
    checks.that('list_files succeeds', (await session.call('list_files', {})).includes('known.txt'));
    checks.same('the user logs in for the client that is known, and no other',
      [...new Set(user.requests.map(request => request.get('client_id')))], [known.url ?? known.id]);
  } finally {
    await session.close?.();
  }
}

/** The command of the operator, while the server runs. */
function enter(store) {
  return run('java', ['-XX:TieredStopAtLevel=1', '-jar', JAR, 'clients', 'add', '--id', ENTERED, '--name', 'Known client',
    '--auth', 'none', ...REDIRECTS.flatMap(uri => ['--redirect-uri', uri])],
  { env: { ...withoutSettings(), MCP_AUTH_STORE_URL: store } });
}

/** The server hears of a change in the store within a second. */
async function isKnown(issuer) {
  const deadline = Date.now() + KNOWN_LIMIT_MS;
  const page = `${issuer}/oauth/authorize?client_id=${ENTERED}&redirect_uri=${encodeURIComponent(REDIRECTS[0])}`;
  while ((await fetch(page, { redirect: 'manual' })).status !== 303) {
    if (Date.now() > deadline) {
      throw new Error('the server does not know the client that was entered');
    }
    await pause(POLL_MS);
  }
}

/** A metadata document at an https address of this machine. */
async function published(stage, { key, cert }) {
  const document = {};
  const server = createServer({ key, cert }, (req, res) => {
    res.writeHead(200, { 'content-type': 'application/json' });
    res.end(JSON.stringify(document));
  });
  const { port } = new URL(await stage.serve(server));
  const url = `https://localhost:${port}/client.json`;
  Object.assign(document, {
    client_id: url,
    client_name: 'Client with a document',
    redirect_uris: REDIRECTS,
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
  });
  return url;
}

/** Of this run alone. */
class Certificate {
  static async forLocalhost(directory) {
    const file = path.join(directory, 'localhost.pem');
    const key = path.join(directory, 'localhost.key');
    await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost',
      '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', file]);
    return { file, cert: await readFile(file), key: await readFile(key) };
  }
}

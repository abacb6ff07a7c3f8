import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { Browser } from '../browser.mjs';
import { withoutSettings } from './run.mjs';

const JAR = fileURLToPath(new URL('../../mcp-auth-examples/target/file-tools.jar', import.meta.url));
const USER = 'conformance';

/** The embedded authorization server of the file-tools server, and a user of it. */
export class EmbeddedServer {
  #password;

  constructor(issuer, resource, password) {
    this.issuer = issuer;
    this.resource = resource;
    this.#password = password;
  }

  static async start(stage) {
    const password = crypto.randomUUID();
    const program = stage.start('file-tools', 'java', ['-jar', JAR], {
      ...withoutSettings(),
      FILE_TOOLS_PORT: '0',
      FILE_TOOLS_AS_PORT: '0',
      FILE_TOOLS_USER: USER,
      FILE_TOOLS_PASSWORD: password,
    });
    const resource = await stage.told(program, 'ready');
    return new EmbeddedServer(await stage.told(program, 'Authorization server'), resource, password);
  }

  /** Registers a client as the suite wants it: without a secret, and at home at a port of its own. */
  async register() {
    const port = await freePort();
    const metadata = await (await fetch(`${this.issuer}/.well-known/oauth-authorization-server`)).json();
    const answer = await fetch(metadata.registration_endpoint, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        client_name: 'Conformance suite',
        application_type: 'native',
        redirect_uris: [redirectUri(port)],
        grant_types: ['authorization_code'],
        token_endpoint_auth_method: 'none',
      }),
    });
    if (answer.status !== 201) {
      throw new Error(`the registration was answered with ${answer.status}`);
    }
    return { id: (await answer.json()).client_id, port };
  }

  /** The user logs in, allows, and is sent back to the suite. */
  async visit(url, { port }) {
    const { callback } = await new Browser(USER, this.#password).visit(url, redirectUri(port));
    await fetch(callback);
  }
}

function redirectUri(port) {
  return `http://127.0.0.1:${port}/callback`;
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise(resolve => server.close(resolve));
  return port;
}

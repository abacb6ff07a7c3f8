import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Browser } from '../../interop/browser.mjs';
import { Issuer } from '../../interop/nodes/issuer.mjs';
import { freePort } from '../../interop/nodes/ports.mjs';
import { keepSecret } from '../../interop/secrets.mjs';

const REDIRECT = 'http://127.0.0.1:61999/callback';

/** An issuer of the run itself, which mints what it is asked for. */
export class Minting {
  user = 'alice';
  #issuer = new Issuer();

  async open() {
    this.#issuer.server.listen(0, '127.0.0.1');
    await once(this.#issuer.server, 'listening');
    this.url = `http://127.0.0.1:${this.#issuer.server.address().port}`;
    this.#issuer.answerAt(this.url);
    this.settings = { MCP_AUTH_ISSUER: this.url };
  }

  async token(resource, scope, claims) {
    return this.#issuer.token(resource, { sub: this.user, client_id: 'drive', scope, ...claims });
  }

  close() {
    this.#issuer.server.close();
    this.#issuer.server.closeAllConnections();
  }
}

/** The issuer that the guard starts for a try: a client registers, its user logs in and allows it. */
export class LoggingIn {
  user = 'demo';
  #password = randomBytes(18).toString('base64url');

  async open() {
    keepSecret(this.#password);
    const port = await freePort();
    this.url = `http://localhost:${port}`;
    this.settings = { MCP_AUTH_DEV: 'true', GUARD_DEV_PORT: port, GUARD_DEV_PASSWORD: this.#password };
  }

  async token(resource, scope) {
    const { answer, client, verifier } = await this.login(resource, scope);
    const tokens = await this.#post('/oauth/token', new URLSearchParams({
      grant_type: 'authorization_code', client_id: client, code: answer.get('code'), code_verifier: verifier,
      redirect_uri: REDIRECT, resource }));
    keepSecret(tokens.access_token);
    return tokens.access_token;
  }

  /** What the client's redirect URI gets in the end: a code, or an error. */
  async login(resource, scope) {
    const { client_id: client } = await this.#post('/oauth/register', JSON.stringify({
      client_name: 'drive', redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code'] }), { 'content-type': 'application/json' });
    const verifier = randomBytes(32).toString('base64url');
    const url = new URL(`${this.url}/oauth/authorize`);
    url.search = new URLSearchParams({
      response_type: 'code', client_id: client, redirect_uri: REDIRECT, scope, resource, state: 'state',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256' });
    const { callback } = await new Browser(this.user, this.#password).visit(url, REDIRECT);
    return { answer: callback.searchParams, client, verifier };
  }

  async #post(path, body, headers = {}) {
    const response = await fetch(this.url + path, { method: 'POST', headers, body });
    if (!response.ok) {
      throw new Error(`${path} answered ${response.status} ${await response.text()}`);
    }
    return response.json();
  }

  close() {}
}

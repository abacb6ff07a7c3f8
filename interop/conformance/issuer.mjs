import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';

const LIFETIME = '15m';

/** An authorization server as far as a resource server sees it: metadata (RFC 8414), keys, and tokens that it signed. */
export class Issuer {
  #key;
  #kid = randomUUID();
  #documents = {};
  #server = createServer((req, res) => {
    const document = this.#documents[req.url];
    res.writeHead(document ? 200 : 404, { 'content-type': 'application/json' });
    res.end(JSON.stringify(document ?? {}));
  });

  get server() {
    return this.#server;
  }

  /** Starts to answer under the given URL. */
  async answerAt(url) {
    const { publicKey, privateKey } = await generateKeyPair('RS256');
    this.url = url;
    this.#key = privateKey;
    this.#documents = {
      '/.well-known/oauth-authorization-server': {
        issuer: url,
        authorization_endpoint: `${url}/authorize`,
        token_endpoint: `${url}/token`,
        jwks_uri: `${url}/jwks`,
        response_types_supported: ['code'],
        grant_types_supported: ['authorization_code'],
        code_challenge_methods_supported: ['S256'],
      },
      '/jwks': {
        keys: [{ ...await exportJWK(publicKey), kid: this.#kid, use: 'sig', alg: 'RS256' }],
      },
    };
  }

  /** An access token for one resource (RFC 9068). */
  token(resource) {
    return new SignJWT({ client_id: 'conformance', scope: 'mcp' })
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: this.#kid })
      .setIssuer(this.url)
      .setAudience(resource)
      .setSubject('conformance')
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime(LIFETIME)
      .sign(this.#key);
  }
}

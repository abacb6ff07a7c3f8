import { createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { keepSecret } from '../secrets.mjs';

const LIFETIME_S = 3600;
const KEY_ID = randomUUID();

const encoded = value => Buffer.from(JSON.stringify(value)).toString('base64url');

/** An authorization server as far as a resource server sees it: metadata, keys, and what it signs. */
export class Issuer {
  #key;
  #documents = {};
  server = createServer((req, res) => {
    const document = this.#documents[req.url];
    res.writeHead(document ? 200 : 404, { 'content-type': 'application/json' });
    res.end(JSON.stringify(document ?? {}));
  });

  /** Starts to answer under the given URL. */
  answerAt(url) {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    this.url = url;
    this.#key = privateKey;
    this.#documents = {
      '/.well-known/oauth-authorization-server': {
        issuer: url,
        authorization_endpoint: `${url}/authorize`,
        token_endpoint: `${url}/token`,
        jwks_uri: `${url}/jwks`,
        response_types_supported: ['code'],
        code_challenge_methods_supported: ['S256'],
      },
      '/jwks': { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: KEY_ID, use: 'sig', alg: 'RS256' }] },
    };
  }

  /** An access token for a resource (RFC 9068), with further claims. */
  token(audience, claims) {
    const now = Math.floor(Date.now() / 1000);
    const token = this.signed('at+jwt', {
      aud: audience, scope: 'files:list files:read', iat: now, exp: now + LIFETIME_S, ...claims,
    });
    keepSecret(token);
    return token;
  }

  /** Signs claims as a JWT of a type. */
  signed(typ, claims) {
    const input = `${encoded({ alg: 'RS256', kid: KEY_ID, typ })}.${encoded({
      iss: this.url, jti: randomUUID(), ...claims })}`;
    return `${input}.${createSign('RSA-SHA256').update(input).sign(this.#key, 'base64url')}`;
  }
}

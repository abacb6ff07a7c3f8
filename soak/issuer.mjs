import { createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

const json = value => Buffer.from(JSON.stringify(value)).toString('base64url');

/** An authorization server that has keys and nothing else. */
export async function startIssuer() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const keys = [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' }];
  const server = createServer((request, response) => {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(request.url === '/jwks' ? { keys }
      : { issuer, jwks_uri: `${issuer}/jwks`, authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`, response_types_supported: ['code'],
          code_challenge_methods_supported: ['S256'] }));
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const parts = (audience, subject) => {
    const now = Math.floor(Date.now() / 1000);
    return `${json({ alg: 'RS256', kid: 'k', typ: 'at+jwt' })}.${json({ iss: issuer, aud: audience,
      sub: subject, client_id: 'soak', scope: 'mcp', iat: now, exp: now + 7200,
      jti: randomBytes(8).toString('hex') })}`;
  };
  return {
    issuer,
    token(audience, subject) {
      const input = parts(audience, subject);
      return `${input}.${createSign('RSA-SHA256').update(input).sign(privateKey, 'base64url')}`;
    },
    close: () => server.close(),
  };
}

import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';

const plain = html => html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"')
  .replaceAll('&#39;', "'").replaceAll('&amp;', '&');
const REDIRECT = 'http://127.0.0.1:53682/callback';

/** The embedded authorization server of the file tools, seen by its clients. */
export async function embedded(mcp, user, password) {
  const resource = await (await fetch(
    mcp.replace('/mcp', '/.well-known/oauth-protected-resource/mcp'))).json();
  const issuer = resource.authorization_servers[0];
  const metadata = await (await fetch(`${issuer}/.well-known/oauth-authorization-server`)).json();

  async function register(more) {
    const response = await fetch(metadata.registration_endpoint, {
      method: 'POST', headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ client_name: 'soak', redirect_uris: [REDIRECT], ...more }) });
    return response.json();
  }

  /** Logs the user in with a browser of its own, and returns an access token. */
  async function login() {
    const client = await register({ token_endpoint_auth_method: 'none' });
    const verifier = randomBytes(32).toString('base64url');
    const request = new URLSearchParams({ response_type: 'code', client_id: client.client_id,
      redirect_uri: REDIRECT, resource: mcp, scope: 'files:list files:read', state: 's',
      code_challenge_method: 'S256',
      code_challenge: createHash('sha256').update(verifier).digest('base64url') });
    const cookies = new Map();
    let url = `${metadata.authorization_endpoint}?${request}`;
    let form;
    for (let step = 0; step < 12; step++) {
      const response = await fetch(url, { redirect: 'manual', method: form ? 'POST' : 'GET',
        body: form, headers: { Cookie: [...cookies].map(c => c.join('=')).join('; ') } });
      response.headers.getSetCookie().forEach(line => {
        const [name, value] = line.split(';')[0].split(/=(.*)/s);
        cookies.set(name, value);
      });
      const location = response.headers.get('location');
      if (location?.startsWith(REDIRECT)) {
        return redeem(client, verifier, new URL(location).searchParams.get('code'));
      }
      form = location ? undefined : filledIn(await response.text());
      url = new URL(location ?? form.action ?? url, url).href;
      form &&= form.fields;
    }
    throw new Error('the login did not end');
  }

  function filledIn(page) {
    const fields = new URLSearchParams();
    for (const [input] of page.matchAll(/<input[^>]*type="?(?:hidden|checkbox)[^>]*>/g)) {
      fields.append(/name="?([^"\s>]+)/.exec(input)[1], plain(/value="([^"]*)"/.exec(input)?.[1] ?? ''));
    }
    if (page.includes('name="password"')) {
      fields.set('username', user);
      fields.set('password', password);
    } else {
      fields.set('decision', 'allow');
    }
    const action = /<form[^>]*action="([^"]*)"/.exec(page)?.[1];
    return { action: action && plain(action), fields };
  }

  async function redeem(client, verifier, code) {
    const response = await fetch(metadata.token_endpoint, { method: 'POST',
      body: new URLSearchParams({ grant_type: 'authorization_code', code, code_verifier: verifier,
        redirect_uri: REDIRECT, client_id: client.client_id, resource: mcp }) });
    const answer = await response.json();
    if (!answer.access_token) {
      throw new Error(`no token: ${JSON.stringify(answer)}`);
    }
    return answer.access_token;
  }

  /** A client with twenty keys of one id, and where its assertions go. */
  async function hostileClient() {
    const keys = Array.from({ length: 20 }, () => ({
      ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
      kid: 'k' }));
    const client = await register({ token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys } });
    return { issuer, clientId: client.client_id, endpoint: metadata.token_endpoint };
  }

  return { login, hostileClient };
}

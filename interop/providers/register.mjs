import { REDIRECT_URI } from './client.mjs';

/** A client that its operator registers, without limiting its scopes. */
export async function register(issuer) {
  const answer = await fetch(`${issuer}/reg`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: 'By hand',
      application_type: 'native',
      redirect_uris: [REDIRECT_URI],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
    }),
  });
  return { client_id: (await answer.json()).client_id, issuer };
}

/** Registers a client by hand, as whoever runs one that does not do so itself. */
export async function register(issuer, name, redirectUri) {
  const clientMetadata = {
    client_name: name,
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  };
  const metadata = await (await fetch(`${issuer}/.well-known/oauth-authorization-server`)).json();
  const answer = await fetch(metadata.registration_endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(clientMetadata),
  });
  if (answer.status !== 201) {
    throw new Error(`the registration was answered with ${answer.status}`);
  }
  return { clientMetadata, clientInformation: { client_id: (await answer.json()).client_id, issuer } };
}

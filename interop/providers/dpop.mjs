import { DpopSession } from '@modelcontextprotocol/client';
import { purpose } from '../recorder.mjs';
import { SdkClient } from './client.mjs';
import { command } from './command-client.mjs';

/** What has the file-tools server take bound tokens alone, with nonces of its own. */
export const PROOFS_REQUIRED = { MCP_AUTH_DPOP: 'required', MCP_AUTH_DPOP_NONCE: 'true' };

/** The official client with a key of its own. */
export async function officialClientProves({ checks, resource, user }) {
  const session = await DpopSession.create();
  const client = new SdkClient(resource.url, user, undefined, session);
  try {
    checks.that('the official client lists the tools', (await client.tools()).includes('list_files'));
    checks.that('list_files succeeds', (await client.call('list_files', {})).includes('known.txt'));
    checks.same('the token is bound to its key', [client.tokens.token_type, client.claims.cnf?.jkt],
      ['DPoP', session.thumbprint]);
    const refused = client.recorder.exchanges.filter(e => e.url === resource.url && e.status === 401);
    checks.same('refused was the first request alone, and that had the nonce for the others',
      refused.map(e => [e.authorization, e.headers.has('dpop-nonce')]), [[null, true]]);
    await stolen({ checks, resource }, client, session);
  } finally {
    await client.close();
  }
}

async function stolen({ checks, resource }, client, session) {
  const sent = client.recorder.exchanges.findLast(e => purpose(e) === 'tools/call list_files');
  const token = client.tokens.access_token;
  const proof = by => by.buildProof({ htm: 'POST', htu: resource.url, accessToken: token });
  const unaware = await DpopSession.create({ keyPair: session.keyPair });
  const other = await DpopSession.create();
  other.rememberNonce(resource.url, session.nonceFor(resource.url));
  const status = (scheme, dpop) =>
    resource.statusOf({ authorization: `${scheme} ${token}`, ...dpop && { dpop } });
  checks.same('token and new proof are good', await status('DPoP', await proof(session)), 200);
  checks.same('a proof that was there before is refused', await status('DPoP', sent.proof), 401);
  checks.same('the bound token without a proof is refused', await status('DPoP'), 401);
  checks.same('the bound token as a plain one is refused', await status('Bearer'), 401);
  checks.same('with a proof beside it, too', await status('Bearer', await proof(session)), 401);
  checks.same('a proof of another key is refused', await status('DPoP', await proof(other)), 401);
  checks.same('a proof without the nonce is refused', await status('DPoP', await proof(unaware)), 401);
}

/** A client without a key gets plain tokens, and those open nothing here. */
export async function plainTokenIsRefused({ checks, resource, user }) {
  const client = new SdkClient(resource.url, user);
  try {
    await client.tools();
    checks.that('a client without a key is refused', false);
  } catch (error) {
    checks.same('a client without a key has a token', client.tokens?.token_type, 'Bearer');
    checks.same('which is refused', await resource.statusOf({ authorization: `Bearer ${client.tokens.access_token}` }), 401);
  } finally {
    await client.close();
  }
}

/** The command-line client sees that proofs are needed. */
export async function commandProves({ checks, stage, resource, user }) {
  const { result, exchanges } = await resource.watch.during(
    () => command({ stage, name: 'dpop-command', resource, user }, 'list_files', {}));
  checks.same('the command-line client ends well', [result.status, result.problem], [0, undefined]);
  checks.that('list_files succeeds', result.out.includes('known.txt'));
  checks.same('with a proof', exchanges.filter(e => e.what === 'tools/call list_files').at(-1)?.scheme, 'dpop');
}

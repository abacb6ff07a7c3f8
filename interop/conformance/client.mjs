// Translates what the suite tells a client under test into options and settings of mcp-client.jar, and runs it.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const JAR = fileURLToPath(new URL('../../mcp-auth-examples/target/mcp-client.jar', import.meta.url));
/** The suite looks for this very client id where a server takes documents for one. */
const METADATA_URL = 'https://conformance-test.local/client-metadata.json';

const scenario = process.env.MCP_CONFORMANCE_SCENARIO;
const context = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? '{}');

function options() {
  const all = ['--revision', process.env.MCP_CONFORMANCE_PROTOCOL_VERSION, '--follow-redirects'];
  if (scenario === 'auth/basic-cimd') {
    all.push('--client-metadata-url', METADATA_URL);
  }
  if (grant()) {
    all.push('--grant', grant());
  }
  return all;
}

function grant() {
  if (context.valid_jwt) {
    return 'workload';
  }
  if (context.idp_id_token) {
    return 'enterprise';
  }
  return scenario.startsWith('auth/client-credentials-') ? 'client-credentials' : undefined;
}

/** Secrets go where no list of processes shows them. */
function settings() {
  const all = {
    MCP_CLIENT_ID: context.client_id,
    MCP_CLIENT_SECRET: context.client_secret,
    MCP_CLIENT_ISSUER: context.issuer,
    MCP_CLIENT_KEY: context.private_key_pem,
    MCP_CLIENT_KEY_ALGORITHM: context.signing_algorithm,
    MCP_CLIENT_ASSERTION: context.valid_jwt,
    MCP_CLIENT_ID_TOKEN: context.idp_id_token,
    MCP_CLIENT_IDP_ISSUER: context.idp_issuer,
    MCP_CLIENT_IDP_TOKEN_ENDPOINT: context.idp_token_endpoint,
    MCP_CLIENT_IDP_CLIENT_ID: context.idp_client_id,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

const url = process.argv[2];
const client = spawn('java', ['-XX:TieredStopAtLevel=1', '-jar', JAR, ...options(), url, 'test-tool'],
  { env: { ...process.env, ...settings() }, stdio: 'inherit' });
process.once('SIGTERM', () => client.kill());
client.once('error', () => process.exit(2)).once('exit', status => process.exit(status ?? 2));

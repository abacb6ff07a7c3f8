import { fileURLToPath } from 'node:url';
import { withoutSettings } from './run.mjs';

const PROGRAM = fileURLToPath(new URL('client.mjs', import.meta.url));

/**
 * The line that the suite has a shell run for each scenario, and its environment. The paths are in the environment,
 * because the suite takes the line apart at its blanks.
 */
export function clientCommand() {
  return {
    line: 'exec "$CONFORMANCE_NODE" "$CONFORMANCE_CLIENT"',
    env: { ...withoutSettings(), CONFORMANCE_NODE: process.execPath, CONFORMANCE_CLIENT: PROGRAM },
  };
}

import { chown, mkdir } from 'node:fs/promises';

/** Debian's `nobody` and `nogroup`. */
const NOBODY = 65534;
const root = process.getuid() === 0;

/** A command as somebody else where this is root: PostgreSQL refuses to run as root, and nginx need not. */
export function unprivileged(command, ...args) {
  return root
    ? ['setpriv', [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', command, ...args]]
    : [command, args];
}

/** A directory for such a command. */
export async function ownDirectory(path) {
  await mkdir(path);
  if (root) {
    await chown(path, NOBODY, NOBODY);
  }
  return path;
}

#!/usr/bin/env bash
# Runs the file-tools jar behind authorization servers of others. See README.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly TARGET=../../mcp-auth-examples/target
readonly NODE_MAJOR=24

fail() {
  echo "providers: $*" >&2
  exit 2
}

source ../find-node.sh

for jar in file-tools mcp-client; do
  [[ -f $TARGET/$jar.jar ]] || fail "$jar.jar is missing. Run 'mvn -B verify' at the top of the project first."
done
for command in java node npm; do
  command -v "$command" >/dev/null || fail "'$command' is not on the PATH."
done

# No scripts: nothing here needs to build anything, and the newest Node comes as a file.
npm ci --ignore-scripts --loglevel=error
node=$(find_node)
# In place of this shell: signals go to the program, which ends what it has started.
exec "$node" main.mjs

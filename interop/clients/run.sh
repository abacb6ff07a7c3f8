#!/usr/bin/env bash
# Runs MCP clients of others against the file-tools jar. See README.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly JAR=../../mcp-auth-examples/target/file-tools.jar
readonly CLIENT_JAR=../../mcp-auth-examples/target/mcp-client.jar
readonly NODE_MAJOR=24

fail() {
  echo "clients: $*" >&2
  exit 2
}

source ../find-node.sh

for jar in "$JAR" "$CLIENT_JAR"; do
  [[ -f $jar ]] || fail "$jar is missing. Run 'mvn -B verify' at the top of the project first."
done
for command in java node npm openssl; do
  command -v "$command" >/dev/null || fail "'$command' is not on the PATH."
done

# No scripts: nothing here needs to build anything, and the newest Node comes as a file.
npm ci --ignore-scripts --loglevel=error
node=$(find_node)
# In place of this shell: signals go to the program, which ends what it has started.
exec "$node" main.mjs

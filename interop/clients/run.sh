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

# Some of the clients want a newer Node than many a machine has, so one comes as a package, for Linux.
find_node() {
  local candidate
  for candidate in node_modules/node-linux-*/bin/node "$(command -v node)"; do
    if [[ -x $candidate ]] && (($("$candidate" -p 'process.versions.node.split(".")[0]') >= NODE_MAJOR)); then
      echo "$candidate"
      return
    fi
  done
  fail "Node $NODE_MAJOR or later is needed."
}

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

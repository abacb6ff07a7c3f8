#!/usr/bin/env bash
# Runs the official conformance suite: 'run.sh servers' (the default) against reference servers, directly and through
# the guard; 'run.sh auth' against the command-line client and the embedded authorization server. See README.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly JARS=../../mcp-auth-examples/target
readonly NODE_MAJOR=22

fail() {
  echo "conformance: $*" >&2
  exit 2
}

source ../find-node.sh

case ${1:-servers} in
  servers) program=main.mjs jars=(mcp-guard) ;;
  auth) program=auth.mjs jars=(mcp-client file-tools) ;;
  *) fail "'$1' is unknown. Write 'servers' or 'auth'." ;;
esac
for jar in "${jars[@]}"; do
  [[ -f $JARS/$jar.jar ]] || fail "$JARS/$jar.jar is missing. Run 'mvn -B verify' at the top of the project first."
done
for command in java node npm; do
  command -v "$command" >/dev/null || fail "'$command' is not on the PATH."
done

npm ci --loglevel=error
node=$(find_node)
"$node" --test --test-reporter=dot comparison.test.mjs
# In place of this shell: signals go to the program, which ends what it has started.
exec "$node" "$program"

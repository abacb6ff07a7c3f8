#!/usr/bin/env bash
# Ten minutes of valid callers and strangers together, against the file tools and the guard
# with 256 MB of heap each; writes the plot of docs/security.md. Needs Node 20 and the jars
# that 'mvn -B verify' builds. SOAK_SECONDS makes it shorter.
set -euo pipefail
cd "$(dirname "$0")/.."
for jar in file-tools mcp-guard; do
  [[ -f mcp-auth-examples/target/$jar.jar ]] || {
    echo "soak: mcp-auth-examples/target/$jar.jar is missing. Run 'mvn -B verify' first." >&2
    exit 2
  }
done
exec node soak/main.mjs "${1:-docs/images/soak.svg}"

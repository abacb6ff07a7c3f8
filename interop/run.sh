#!/usr/bin/env bash
# Runs the official TypeScript MCP clients against the file-tools jar. See README.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly JAR=../mcp-auth-examples/target/file-tools.jar
readonly GUARD_JAR=../mcp-auth-examples/target/mcp-guard.jar
readonly START_LIMIT_S=60
readonly STOP_LIMIT_S=15

fail() {
  echo "interop: $*" >&2
  exit 2
}

for jar in "$JAR" "$GUARD_JAR"; do
  [[ -f $jar ]] || fail "$jar is missing. Run 'mvn -B verify' at the top of the project first."
done
for command in java node npm; do
  command -v "$command" >/dev/null || fail "'$command' is not on the PATH."
done
[[ -x ${CHROMIUM:-/usr/bin/chromium} ]] \
  || fail "${CHROMIUM:-/usr/bin/chromium} is missing. Install chromium, or set CHROMIUM to its path."

work=$(mktemp -d)
processes=()

# Waits for a process to end, and ends it the hard way where that takes too long.
stop() {
  local deadline=$((SECONDS + STOP_LIMIT_S))
  while kill -0 "$1" 2>/dev/null; do
    if ((SECONDS >= deadline)); then
      echo "interop: process $1 did not end within $STOP_LIMIT_S s" >&2
      kill -KILL "$1" 2>/dev/null || true
      break
    fi
    sleep 0.1
  done
  wait "$1" 2>/dev/null || true
}

clean_up() {
  trap - EXIT INT TERM
  local process
  if ((${#processes[@]})); then
    kill "${processes[@]}" 2>/dev/null || true
    for process in "${processes[@]}"; do
      stop "$process"
    done
  fi
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Starts a server that writes to $work/$1.out and $work/$1.err; the rest is its environment.
start() {
  local name=$1
  shift
  env FILE_TOOLS_PORT=0 FILE_TOOLS_ROOT="$work/root" "$@" \
    java -XX:+ExitOnOutOfMemoryError -jar "$JAR" >"$work/$name.out" 2>"$work/$name.err" &
  ready "$name" $!
}

# Waits for the process that was just started to say that it is ready.
ready() {
  local name=$1 server=$2 deadline=$((SECONDS + START_LIMIT_S))
  processes+=("$server")
  until grep -qs '^ready ' "$work/$name.out"; do
    if ! kill -0 "$server" 2>/dev/null; then
      cat "$work/$name.err" >&2
      fail "the server '$name' ended before it was ready."
    fi
    if ((SECONDS >= deadline)); then
      cat "$work/$name.err" >&2
      fail "the server '$name' was not ready after $START_LIMIT_S s."
    fi
    sleep 0.2
  done
}

# What a line of a server's output has after the given words.
told() {
  sed -n "s/^$2 //p" "$work/$1.out"
}

npm ci --loglevel=error

# The settings of whoever runs this are not those of the run.
unset "${!FILE_TOOLS_@}" "${!MCP_AUTH_@}"
mkdir "$work/root"
echo 'known text' >"$work/root/known.txt"
INTEROP_PASSWORD=$(head -c 18 /dev/urandom | base64 | tr '+/' '-_')
INTEROP_GUEST_PASSWORD=$(head -c 18 /dev/urandom | base64 | tr '+/' '-_')
# The clients show what they do without a login, too.
export FILE_TOOLS_ANONYMOUS_ABOUT=true
export FILE_TOOLS_PASSWORD=$INTEROP_PASSWORD FILE_TOOLS_GUEST_PASSWORD=$INTEROP_GUEST_PASSWORD
# Before the server, which has to be told the origin.
node pages.mjs >"$work/pages.out" 2>"$work/pages.err" &
ready pages $!
start first FILE_TOOLS_AS_PORT=0 FILE_TOOLS_USER=interop FILE_TOOLS_GUEST_USER=visitor \
  MCP_AUTH_ALLOWED_ORIGINS="$(told pages allowed)"
unset FILE_TOOLS_PASSWORD FILE_TOOLS_GUEST_PASSWORD
issuer=$(told first 'Authorization server')
# A second server that trusts the same issuer, for a token that was issued for the first.
start second MCP_AUTH_ISSUER="$issuer"
# A third, as behind a reverse proxy, for what people see who open a public URL.
start third MCP_AUTH_ISSUER="$issuer" MCP_AUTH_RESOURCE=https://mcp.example.com/mcp
# A server of HTTP+SSE, and a guard in front of it that takes the tokens of the first.
node sse-target.mjs >"$work/sse.out" 2>"$work/sse.err" &
ready sse $!
env TARGET_URL="$(told sse ready)" PORT=0 MCP_AUTH_ISSUER="$issuer" \
  MCP_AUTH_AUDIENCE="$(told first ready)" MCP_AUTH_REQUIRED_SCOPES=files:list \
  java -XX:+ExitOnOutOfMemoryError -jar "$GUARD_JAR" >"$work/guard.out" 2>"$work/guard.err" &
ready guard $!

INTEROP_URL=$(told first ready) INTEROP_OTHER_URL=$(told second ready) INTEROP_ISSUER=$issuer \
  INTEROP_USER=interop INTEROP_PASSWORD=$INTEROP_PASSWORD INTEROP_ROOT=$work/root \
  INTEROP_GUEST=visitor INTEROP_GUEST_PASSWORD=$INTEROP_GUEST_PASSWORD \
  INTEROP_ALLOWED_PAGE=$(told pages allowed) INTEROP_FOREIGN_PAGE=$(told pages foreign) \
  INTEROP_SSE_URL=$(told guard ready) INTEROP_REMOTE_URL=$(told third ready) \
  INTEROP_REMOTE_PORT=$(told third 'Listening on port' | cut -d' ' -f1) \
  INTEROP_LOGS=$work/first.out:$work/first.err:$work/second.out:$work/second.err:$work/third.out:$work/third.err:$work/guard.out:$work/guard.err \
  node main.mjs &
# Not in the foreground: a signal to this script is to end everything at once.
runner=$!
processes+=("$runner")
wait "$runner"

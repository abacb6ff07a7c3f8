#!/usr/bin/env bash
# Runs two file-tools processes on one PostgreSQL behind one nginx: all parts, or those that are named. See README.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly JAR=../../mcp-auth-examples/target/file-tools.jar
readonly RESOLVE=org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath

fail() {
  echo "nodes: $*" >&2
  exit 2
}

[[ -f $JAR ]] || fail "$JAR is missing. Run 'mvn -B verify' at the top of the project first."
for command in java jar mvn node npm tar xz; do
  command -v "$command" >/dev/null || fail "'$command' is not on the PATH."
done
((EUID != 0)) || command -v setpriv >/dev/null || fail "'setpriv' is not on the PATH: PostgreSQL does not run as root."

work=$(mktemp -d)
# PostgreSQL and nginx run as nobody where this is run by root.
chmod 711 "$work"
runner=
clean_up() {
  trap - EXIT INT TERM
  if [[ -n $runner ]]; then
    kill "$runner" 2>/dev/null || true
    wait "$runner" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Unpacks a package of Debian, and installs nothing: an nginx that is installed serves port 80 from then on.
unpack() {
  local package=$1 directory=$work/$1
  command -v apt-get >/dev/null || return 1
  mkdir "$directory"
  download "$package" "$directory" || { ((EUID == 0)) && apt-get -qq update && download "$package" "$directory"; } || return 1
  dpkg-deb -x "$directory"/*.deb "$directory"
}

download() {
  (cd "$2" && apt-get -qq -o APT::Sandbox::User=root download "$1" >&2)
}

# NGINX may name one.
find_nginx() {
  local nginx=${NGINX:-$(command -v nginx || true)}
  if [[ -z $nginx ]]; then
    unpack nginx || fail "nginx is missing. Install it (Debian's 'nginx-light'), or set NGINX to its path."
    nginx=$work/nginx/usr/sbin/nginx
  fi
  "$nginx" -v 2>/dev/null || fail "$nginx does not run: $(ldd "$nginx" | grep 'not found')"
  echo "$nginx"
}

# FAKETIME_LIBRARY may name one.
find_faketime() {
  local library=${FAKETIME_LIBRARY:-}
  if [[ -z $library ]]; then
    library=$(compgen -G '/usr/lib/*/faketime/libfaketimeMT.so.1' | head -1 || true)
  fi
  if [[ -z $library ]]; then
    unpack libfaketime || fail "libfaketime is missing. Install it (Debian's 'libfaketime'), or set FAKETIME_LIBRARY."
    library=$(compgen -G "$work/libfaketime/usr/lib/*/faketime/libfaketimeMT.so.1" | head -1)
  fi
  echo "$library"
}

# The server of the tests, which the build has fetched. POSTGRES_BIN may name a directory with another: initdb, postgres.
find_postgres() {
  local archive
  if [[ -n ${POSTGRES_BIN:-} ]]; then
    [[ -x $POSTGRES_BIN/initdb ]] || fail "$POSTGRES_BIN/initdb is missing."
    echo "$POSTGRES_BIN"
    return
  fi
  mvn -q -B -f ../../pom.xml -pl mcp-auth-core "$RESOLVE" -DincludeScope=test -Dmdep.outputFile="$work/class-path" >&2
  archive=$(tr : '\n' <"$work/class-path" | grep "embedded-postgres-binaries-linux-$(architecture)-[0-9]") ||
    fail "the build has no PostgreSQL for this machine. Set POSTGRES_BIN, on Debian to /usr/lib/postgresql/<version>/bin."
  mkdir "$work/postgres"
  (cd "$work/postgres" && jar xf "$archive" && tar xJf postgres-*.txz && rm postgres-*.txz)
  echo "$work/postgres/bin"
}

# As the jar of the server is named.
architecture() {
  case $(uname -m) in
    x86_64) echo amd64 ;;
    aarch64) echo arm64v8 ;;
    *) uname -m ;;
  esac
}

npm ci --ignore-scripts --loglevel=error
NODES_NGINX=$(find_nginx)
NODES_FAKETIME=$(find_faketime)
NODES_POSTGRES=$(find_postgres)
export NODES_NGINX NODES_FAKETIME NODES_POSTGRES
TMPDIR=$work node main.mjs "$@" &
# Not in the foreground: a signal to this script is to end everything at once.
runner=$!
status=0
wait "$runner" || status=$?
runner=
exit "$status"

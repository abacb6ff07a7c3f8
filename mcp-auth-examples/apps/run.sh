#!/usr/bin/env bash
# Builds the applications as their readers would, starts them, and has drive.mjs call them. See README.md.
#   bash mcp-auth-examples/apps/run.sh              all of them
#   bash mcp-auth-examples/apps/run.sh jetty war    some of them
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly ROOT=$PWD/../..
readonly TOMCAT=11.0.24
readonly BOOT_3=3.5.16
readonly UNPACK=org.apache.maven.plugins:maven-dependency-plugin:3.9.0:unpack
# In this order. Each has a function below, with its own command to build it.
readonly APPLICATIONS=(jetty war boot-3 boot-4 webflux node)

fail() {
  echo "apps: $*" >&2
  exit 2
}

# Starts an application by the rest of the words, and has it called. PORT, MCP_AUTH_RESOURCE and
# MCP_AUTH_ISSUER are in its environment, its directory is the current one, and what it writes
# goes to a file in target/logs.
drive() {
  command node "$ROOT/mcp-auth-examples/apps/drive.mjs" "$@"
}

jetty() {
  mvn -q -B package
  drive jetty java -cp 'target/classes:target/lib/*' notes.Main
}

war() {
  local tomcat=$PWD/../target/apache-tomcat-$TOMCAT base=$PWD/target/tomcat
  mvn -q -B package
  if [[ ! -d $tomcat ]]; then
    mvn -q -B "$UNPACK" -Dartifact="org.apache.tomcat:tomcat:$TOMCAT:zip" -DoutputDirectory="$PWD/../target"
  fi
  rm -rf "$base"
  mkdir -p "$base/temp" "$base/webapps"
  cp -r "$tomcat/conf" "$base"
  sed -i 's/port="8080"/port="${notes.port}" address="localhost"/; s/port="8005"/port="-1"/' "$base/conf/server.xml"
  cp target/ROOT.war "$base/webapps"
  CATALINA_BASE=$base drive war bash -c \
    'CATALINA_OPTS="-Dnotes.port=$PORT" exec bash "$0/bin/catalina.sh" run' "$tomcat"
}

boot-3() {
  boot boot-3
}

boot-4() {
  boot boot-4
}

# What tools declare says of no scope that it comes first: clients ask for those of the metadata.
boot() {
  # Its tests start the application, which tells much about it.
  mkdir -p ../target/logs
  mvn -q -B package >"../target/logs/$1-build.log" 2>&1 || { cat "../target/logs/$1-build.log" >&2; return 1; }
  FIRST_SCOPES='' drive "$1" bash -c 'SERVER_PORT=$PORT exec java -jar target/notes.jar'
  command node ../spring-page.mjs "$1"
}

# Twice: as it is, and with the older Boot, for which the page changes the version and nothing else.
webflux() {
  local older=$PWD/../target/webflux-3
  reactive webflux
  rm -rf "$older"
  mkdir -p "$older"
  cp -r pom.xml src "$older"
  cd "$older"
  sed -i "s/<version>4\.[0-9.]*</<version>$BOOT_3</" pom.xml
  grep -q "$BOOT_3" pom.xml
  reactive webflux-3
}

reactive() {
  mvn -q -B package
  drive "$1" bash -c 'SERVER_PORT=$PORT exec java -jar target/notes-1.jar'
}

# Twice: with the issuer of drive.mjs, and with the guard's own, at which a user logs in.
node() {
  npm ci --loglevel=error
  drive node bash -c "$GUARDED" "$(free_port)" "$ROOT"
  DRIVE_LOGIN=true drive node-login bash -c "$GUARDED" "$(free_port)" "$ROOT"
}

# The server on a port that nobody else has, and the guard in front of it.
readonly GUARDED='
PORT=$0 npm start &
until (exec 3<>"/dev/tcp/127.0.0.1/$0") 2>/dev/null; do sleep 0.1; done
export TARGET_URL=http://127.0.0.1:$0/mcp MCP_AUTH_POLICY_FILE=policy.json GUARD_IDENTITY_HEADERS=true
exec java -XX:+ExitOnOutOfMemoryError -jar "$1/mcp-auth-examples/target/mcp-guard.jar"'

free_port() {
  command node -e 'import(process.argv[1]).then(ports => ports.freePort()).then(console.log)' "$ROOT/interop/nodes/ports.mjs"
}

names=("${@:-${APPLICATIONS[@]}}")
for name in "${names[@]}"; do
  [[ " ${APPLICATIONS[*]} " == *" $name "* ]] || fail "there is no application '$name', but these: ${APPLICATIONS[*]}"
done
for command in java mvn node; do
  type -P "$command" >/dev/null || fail "'$command' is not on the PATH."
done
# The settings of whoever runs this are not those of the run.
unset "${!FILE_TOOLS_@}" "${!MCP_AUTH_@}" "${!GUARD_@}" PORT

# What this run puts into the local repository goes out again, but not what was there.
# Into a file: on its standard output some Maven writes colours too.
mkdir -p target
mvn -q -B help:evaluate -Dexpression=settings.localRepository -Doutput="$PWD/target/repository"
library=$(<target/repository)/io/mcpauth
if [[ ! -e $library ]]; then
  trap 'rm -rf "$library"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
fi
(cd "$ROOT" && mvn -q -B install -DskipTests)

failed=()
for name in "${names[@]}"; do
  # Errors end no function that is asked whether it failed, so its status is looked at afterwards.
  set +e
  (set -e; cd "$name"; "$name")
  status=$?
  set -e
  ((status == 0)) || failed+=("$name")
done
((${#failed[@]} == 0)) || { echo "apps: failed: ${failed[*]}" >&2; exit 1; }

#!/usr/bin/env bash
# Runs the library on real containers. See docs/containers.md.
#   bash containers/run.sh                                  all of them
#   CONTAINERS="tomcat-11 undertow" bash containers/run.sh  some of them
#   CONTAINERS=spring-ai bash containers/run.sh             the applications of docs/spring.md alone
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly RESOLVE=org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath
readonly LIMIT_S=1200

fail() {
  echo "containers: $*" >&2
  exit 2
}

for command in java mvn sha256sum timeout; do
  command -v "$command" >/dev/null || fail "'$command' is not on the PATH."
done

# Whether a list of files, separated by colons, names only files that are there.
complete() {
  local file
  [[ -s $1 ]] || return 1
  while IFS= read -r -d : file; do
    [[ -f $file ]] || return 1
  done < <(tr -d '\n' <"$1"; printf :)
}

# What Maven makes of a pom is kept by the pom's hash in a directory of the row, beside a copy
# for the tests. A row's name may begin with another's: no pattern of names may stand for a row.
resolve() {
  local row=$1 pom=rows/$1/pom.xml hash kept
  hash=$(sha256sum "$pom" | cut -c1-16)
  kept=target/classpath/$row/$hash.txt
  if ! complete "$kept"; then
    echo "containers: resolving $row"
    rm -rf "target/classpath/${row:?}"
    mkdir -p "target/classpath/$row"
    timeout "$LIMIT_S" mvn -q -B -f "$pom" "$RESOLVE" \
      -Dmdep.outputFile="$PWD/$kept" -Dmdep.pathSeparator=: ||
      fail "the class path of '$row' cannot be resolved."
  fi
  cp "$kept" "target/classpath/$row.txt"
}

mkdir -p target/classpath
rows=(rows/*/pom.xml)
if [[ ${CONTAINERS:-} == spring-ai ]]; then
  rows=(rows/*-ai*/pom.xml rows/*-webflux/pom.xml)
fi
for pom in "${rows[@]}"; do
  resolve "$(basename "$(dirname "$pom")")"
done

case ${CONTAINERS:-} in
  '') tests=ContainerSuite,SpringAiSuite ;;
  spring-ai) tests=SpringAiSuite ;;
  *) tests=ContainerSuite ;;
esac
cd ..
exec timeout "$LIMIT_S" mvn -q -B -Pcontainers -pl mcp-auth-servlet -am test \
  -Dtest="$tests" -Dsurefire.failIfNoSpecifiedTests=false

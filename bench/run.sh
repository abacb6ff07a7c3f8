#!/usr/bin/env bash
# Measures what the library costs, and writes the generated part of docs/performance.md and its
# plots; about an hour for two JDKs, on a machine that does nothing else. --quick only proves that
# it runs, and writes no page; --no-build takes what is in the target directories; --only=decisions,servers,guard runs
# some parts, and writes no page. Needs Node 20, wrk, and Linux for its /proc. BENCH_JAVA is the
# java command to measure ("java"), BENCH_JAVA_NEW that of a newer JDK, for virtual threads too.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v wrk >/dev/null || {
  echo "bench: wrk is missing. Install it ('apt-get install wrk' as root on Debian)." >&2
  exit 2
}
if [[ " $* " != *" --no-build "* ]]; then
  mvn -B -q -Pbench -DskipTests -Dbench.run.skip -Dmaven.javadoc.skip -Dmaven.source.skip package
fi
exec node bench/main.mjs "$@"

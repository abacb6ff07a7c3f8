import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { machine } from './processes.mjs';

const ROUNDS = process.env.BENCH_ROUNDS ? [`-Dbench.rounds=${process.env.BENCH_ROUNDS}`] : [];
const QUICK = ['-Dbench.warmup=2', '-Dbench.rounds=3', '-Dbench.slice.ms=20', '-Dbench.pool=300',
  '-Dbench.kept=2000'];

/** The benchmarks of the core but that of the store, which has a page of its own. */
export async function decisions(jdk, quick, directory) {
  const file = join(directory, `decisions-${jdk.version}.jsonl`);
  rmSync(file, { force: true });
  const module = 'mcp-auth-core/target';
  const path = `${module}/test-classes:${module}/classes:${
    readFileSync(`${module}/bench.cp`, 'utf8').trim()}`;
  const before = { others: machine().others, at: performance.now() };
  const benchmarks = spawn(jdk.java, [`-Dbench.out=${file}`, ...(quick ? QUICK : ROUNDS), '-cp', path,
    'io.mcpauth.bench.BenchMain', '^(?!.*StoreOnce)'], { stdio: 'inherit' });
  const code = await new Promise((resolve, reject) => {
    benchmarks.on('exit', resolve);
    benchmarks.on('error', reject);
  });
  if (code !== 0 || !existsSync(file)) {
    throw new Error(`the benchmarks ended with ${code}`);
  }
  const others = (machine().others - before.others) / (performance.now() - before.at) * 1000;
  return { others, lines: readFileSync(file, 'utf8').trim().split('\n').map(JSON.parse) };
}

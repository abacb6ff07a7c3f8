import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startJava } from './processes.mjs';
import { rounds } from './rounds.mjs';

const FLAGS = ['-Xms512m', '-Xmx512m', '-XX:-UseDynamicNumberOfCompilerThreads',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=off'];

/** The class path of the servers, once their profile is built. */
export function classPath() {
  const module = 'mcp-auth-examples/target';
  return `${module}/test-classes:${readFileSync(`${module}/bench.cp`, 'utf8').trim()}`;
}

export const program = (name, ...rest) =>
  [...FLAGS, '-cp', classPath(), `io.mcpauth.examples.bench.${name}`, ...rest];

/** The whole server in each of its variants, under each load. */
export async function servers(jdk, issuer, plan, directory) {
  const start = (variant, ...flags) =>
    startJava(jdk.java, [...flags, ...program('BenchServer', variant, issuer)]);
  const recording = join(directory, `virtual-${jdk.version}.jfr`);
  const bare = await start('bare');
  const ours = await start('ours');
  const fresh = await start('new');
  const nimbus = await start('nimbus');
  const spring = await start('spring');
  const virtual = jdk.virtual && await start('virtual', `-XX:StartFlightRecording:settings=none,`
    + `jdk.VirtualThreadPinned#enabled=true,jdk.VirtualThreadPinned#threshold=20ms,filename=${
      recording}`);
  const jobs = [];
  const job = (server, variant, mode, refuses = false) =>
    jobs.push({ server, mode, refuses, name: `${variant} ${mode}` });
  for (const [variant, server] of Object.entries({ bare, ours, nimbus, spring })) {
    const guards = variant !== 'bare';
    job(server, variant, 'valid');
    job(server, variant, 'none', guards);
    if (guards) {
      job(server, variant, 'bad', true);
    }
    if (variant !== 'nimbus') {
      job(server, variant, 'metadata');
    }
  }
  job(fresh, 'ours', 'new');
  if (virtual) {
    job(virtual, 'virtual', 'valid');
  }
  const seen = await rounds(jobs, plan, directory);
  for (const server of [bare, ours, fresh, nimbus, spring, virtual].filter(Boolean)) {
    await server.stop();
  }
  return { rounds: seen, pinned: virtual ? pinned(jdk, recording) : undefined };
}

/** How often a virtual thread held its carrier for 20 ms, by the recording of the whole run. */
function pinned(jdk, recording) {
  const jfr = join(dirname(jdk.java), 'jfr');
  const events = execFileSync(jfr, ['print', '--events', 'jdk.VirtualThreadPinned', recording],
    { encoding: 'utf8', maxBuffer: 1 << 28 });
  return (events.match(/^jdk\.VirtualThreadPinned \{/gm) ?? []).length;
}

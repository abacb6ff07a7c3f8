import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { withoutSettings } from '../conformance/run.mjs';

const JAR = fileURLToPath(new URL('../../mcp-auth-examples/target/mcp-client.jar', import.meta.url));
const LIMIT_MS = 60_000;
const POLL_MS = 100;

/** The command-line client calls a tool once, and its user answers each address that it prints. */
export async function command({ stage, name, resource, user }, tool, args) {
  const program = stage.start(name, 'java',
    ['-jar', JAR, resource.url, tool, JSON.stringify(args)], withoutSettings());
  let over = false;
  program.ended.then(() => {
    over = true;
  });
  let answered = 0;
  const deadline = Date.now() + LIMIT_MS;
  while (!over && Date.now() < deadline) {
    const addresses = (await stage.output(name, 'err')).match(/^https?:\S+\n/gm) ?? [];
    for (; answered < addresses.length; answered++) {
      // It listens there itself.
      await (await fetch(await user.answer(addresses[answered].trim()))).text();
    }
    await pause(POLL_MS);
  }
  await stage.end(program, 1);
  return {
    status: program.child.exitCode,
    out: await stage.output(name),
    problem: (await stage.output(name, 'err')).match(/^mcp-client: .*/m)?.[0],
  };
}

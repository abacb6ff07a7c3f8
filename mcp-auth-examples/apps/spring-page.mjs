import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { freePort } from '../../interop/nodes/ports.mjs';
import { Parts } from '../../interop/parts.mjs';
import { Running } from './running.mjs';

// What docs/spring.md has its reader type under "Try it", in the directory of a built application.
const PAGE = new URL('../../docs/spring.md', import.meta.url);
const TIME_LIMIT_MS = 180_000;
const SESSION = 'SESSION=4f1d...\n';

const [name] = process.argv.slice(2);

/** The shells of the reader. */
class Shells {
  #open = [];

  async open() {}

  /** Leaves a command running, until it has written what is waited for. */
  async start(kind, command, env, wanted) {
    const shell = new Running(`${name}-${kind}`, 'bash', ['-c', command], env);
    this.#open.push(shell);
    return shell.until(async () => (await shell.written()).match(wanted));
  }

  /** What a command printed until its end. */
  async run(command) {
    const shell = spawn('bash', ['-c', command], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(shell, 'exit');
    let printed = '';
    for await (const part of shell.stdout) {
      printed += part;
    }
    await ended;
    return printed;
  }

  async close() {
    await Promise.all(this.#open.map(shell => shell.end()));
  }
}

function statuses(printed) {
  return [...printed.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(found => Number(found[1]));
}

const shells = new Shells();
new Parts('spring-page', shells).run(async parts => {
  const port = await freePort();
  const section = (await readFile(PAGE, 'utf8')).split('\n### Try it\n')[1].split('\n## ')[0];
  const [issue, serve, call] = [...section.matchAll(/```sh\n(.*?)```/gs)]
    .map(found => found[1].replaceAll('localhost:8080', `localhost:${port}`));
  await parts.part(`${name}, as the page says`, async checks => {
    const [, issuer, token] = await shells.start('issuer', issue.replace('mvn -q package\n', ''), process.env,
      /MCP_AUTH_ISSUER=(\S+)[^]*\n(eyJ\S+)\n/);
    const env = { ...process.env, SERVER_PORT: String(port), MCP_AUTH_RESOURCE: `http://localhost:${port}/mcp` };
    await shells.start('first-try', serve.replace('http://127.0.0.1:40123', issuer), env, /Started Application/);
    const [opening, calls] = call.replace('eyJ0eXAiOi...', token).split(SESSION);
    const opened = await shells.run(opening);
    checks.same('no token, and a session', statuses(opened), [401, 200]);
    const session = opened.match(/^mcp-session-id: (\S+)/im)?.[1];
    const typed = opening.slice(0, opening.indexOf('\ncurl'));
    const answers = await shells.run(`${typed}\nSESSION=${session}\n${calls}`);
    checks.same('the calls', statuses(answers), [202, 200, 403]);
    checks.that('its user reads', answers.includes('Notes of alice: []'), answers);
    checks.that('and is told what is missing', answers.includes('scope="notes:write notes:read"'), answers);
  });
}, TIME_LIMIT_MS);

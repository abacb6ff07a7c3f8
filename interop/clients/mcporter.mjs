import { programOf, runToEnd } from './program.mjs';

const PROGRAM = programOf('mcporter', 'dist/cli.js');

/** The command line `mcporter`. */
export const mcporter = {
  name: 'mcporter',
  package: 'mcporter',
  // After a 403 it renews its token, gets the same scopes again, and gives up.
  stepsUp: false,
  // It takes an answer without a login for the end of the matter.
  logsInLate: false,

  async open({ server, user, home }) {
    const run = (command, args) => runToEnd(user,
      [PROGRAM, command, '--http-url', server.url, '--allow-http', ...args], home);
    const parsed = ({ status, out, text }) => {
      if (status !== 0) {
        throw new Error(text);
      }
      return JSON.parse(out);
    };
    return {
      tools: async () => {
        await run('auth', ['--no-browser', '--json']);
        return parsed(await run('list', ['--json'])).tools.map(({ name }) => name);
      },
      call: async (name, args) => {
        const answer = await run('call', ['--tool', name, '--args', JSON.stringify(args), '--output', 'json']);
        return parsed(answer).content.map(({ text }) => text).join('');
      },
    };
  },
};

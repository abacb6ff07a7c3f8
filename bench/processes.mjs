import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

const TICKS = Number(execFileSync('getconf', ['CLK_TCK']));
const seconds = stat => {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { own: (Number(fields[11]) + Number(fields[12])) / TICKS,
    children: (Number(fields[13]) + Number(fields[14])) / TICKS };
};
const running = new Set();

/** Starts a Java program, and waits for the line that says it is ready. */
export async function startJava(java, options, environment = {}) {
  const child = spawn(java, options, { env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let complained = '';
  child.stderr.on('data', data => complained = (complained + data).slice(-2000));
  const ended = new Promise(resolve => child.on('exit', resolve));
  const started = { pid: child.pid, async stop() {
    child.kill();
    await ended;
    running.delete(started);
  } };
  running.add(started);
  await new Promise((resolve, reject) => {
    child.stdout.on('data', data => {
      said += data;
      if (/^ready \S+/m.test(said)) {
        resolve();
      }
    });
    ended.then(code => reject(new Error(`${options.join(' ').slice(-100)} ended with ${code}: ${
      complained}`)));
  });
  return Object.assign(started, { said, url: /^ready (\S+)/m.exec(said)[1] });
}

/** Ends every one that still runs, the last that was started first. */
export async function stopAll() {
  for (const one of [...running].reverse()) {
    await one.stop();
  }
}

/** CPU seconds of a process without its compiler threads, whose work is of another time. */
export function cpuOf({ pid }) {
  let all = seconds(readFileSync(`/proc/${pid}/stat`, 'utf8')).own;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    try {
      const stat = readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8');
      all -= /\((C1|C2) Comp/.test(stat) ? seconds(stat).own : 0;
    } catch {
      // ended meanwhile
    }
  }
  return all;
}

export const threadsOf = ({ pid }) => readdirSync(`/proc/${pid}/task`).length;

/** CPU seconds of the machine, of that what is not of this run, and what its host took. */
export function machine() {
  const [user, nice, system, , , irq, softIrq, steal] = readFileSync('/proc/stat', 'utf8')
    .split('\n')[0].trim().split(/\s+/).slice(1).map(value => Number(value) / TICKS);
  const self = seconds(readFileSync('/proc/self/stat', 'utf8'));
  const ours = [...running].reduce(
    (sum, { pid }) => sum + seconds(readFileSync(`/proc/${pid}/stat`, 'utf8')).own,
    self.own + self.children);
  return { others: user + nice + system + irq + softIrq - ours + steal };
}

import { readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';

const PAGE = new URL('../../docs/scaling.md', import.meta.url);
const BEGIN = '<!-- figures: written by interop/nodes/run.sh -->';
const END = '<!-- end of figures -->';

/** On a machine that others use too, a time says little: NODES_SLACK is how much longer it may be. */
export const SLACK = Number(process.env.NODES_SLACK ?? 1);

/** What was measured, and whether it is within its bounds. */
export class Figures {
  #rows = [];

  /**
   * Takes times, in milliseconds, and checks their p99, with the slack.
   *
   * @param bound what the p99 has to be within, in milliseconds
   */
  times(checks, what, times, bound) {
    const sorted = [...times].sort((a, b) => a - b);
    const [p50, p99, max] = [0.5, 0.99, 1].map(part => sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)]);
    this.#rows.push([what, sorted.length, `${p50} ms`, `${p99} ms`, `${max} ms`, `${bound} ms`]);
    const most = bound * SLACK;
    checks.that(`${what}: p99 within ${most} ms`, sorted.length > 0 && p99 <= most,
      `${sorted.length} times, p50 ${p50} ms, p99 ${p99} ms, max ${max} ms`);
  }

  /** Takes one number, and checks it. */
  number(checks, what, value, bound) {
    this.#rows.push([what, 1, '', '', `${value}`, `${bound}`]);
    checks.that(`${what}: at most ${bound}`, value <= bound, `${value}`);
  }

  /** The table, and on what machine. */
  get text() {
    const line = cells => `| ${cells.join(' | ')} |`;
    return [
      `${cpus().length} cores (${cpus()[0].model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GB, all processes on this one machine.`,
      '',
      line(['what', 'times', 'p50', 'p99', 'max', 'bound']),
      line(['-', '-', '-', '-', '-', '-']),
      ...this.#rows.map(line),
    ].join('\n');
  }

  /** Puts the table into the page. */
  async publish() {
    const page = await readFile(PAGE, 'utf8');
    const begin = page.indexOf(BEGIN);
    const end = page.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new Error('docs/scaling.md has lost the marks around the figures');
    }
    await writeFile(PAGE, `${page.slice(0, begin)}${BEGIN}\n\n${this.text}\n\n${page.slice(end)}`);
  }
}

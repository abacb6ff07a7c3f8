import { readFile, writeFile } from 'node:fs/promises';
import { passed, summary } from './comparison.mjs';

const PAGE = new URL('../../docs/conformance-suite.md', import.meta.url);
const BEGIN = '<!-- results: written by interop/conformance/run.sh -->';
const END = '<!-- end of results -->';

/** The results as they stand in the documentation. */
export function rendered({ versions, revisions, extensions }) {
  return [
    `Run with ${versions.join(', ')}.`,
    ...revisions.flatMap(({ revision, rows }) => [
      '',
      `### ${revision}`,
      '',
      ...table(rows.map(({ name, direct, guarded }) => [name, summary(direct), summary(guarded)])),
      '',
      totals(rows),
    ]),
    '',
    '### Extensions',
    '',
    'Optional parts of the protocol that neither reference server has.',
    '',
    ...table(extensions.map(name => [name, 'not run', 'not run'])),
  ].join('\n');
}

function table(rows) {
  return [
    '| scenario | directly | through the guard |',
    '| --- | --- | --- |',
    ...rows.map(cells => `| ${cells.join(' | ')} |`),
  ];
}

function totals(rows) {
  const whole = side => rows.filter(row => passed(row[side])).length;
  return `${rows.length} scenarios: ${whole('direct')} pass directly, ${whole('guarded')} through the guard.`;
}

/** Puts results into the page; an answer of true says that the page already had them. */
export async function published(results, update) {
  const page = await readFile(PAGE, 'utf8');
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) {
    throw new Error('docs/conformance-suite.md has lost the marks around the results');
  }
  const wanted = `${page.slice(0, begin)}${BEGIN}\n\n${results}\n\n${page.slice(end)}`;
  if (wanted !== page && update) {
    await writeFile(PAGE, wanted);
    return true;
  }
  return wanted === page;
}

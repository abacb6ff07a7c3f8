import { readFile, writeFile } from 'node:fs/promises';
import { passed, summary } from './comparison.mjs';

const BEGIN = '<!-- results: written by interop/conformance/run.sh -->';
const END = '<!-- end of results -->';

/** The results of the server scenarios as they stand in the documentation. */
export function rendered({ versions, revisions, extensions }) {
  return [
    `Run with ${versions.join(', ')}.`,
    ...revisions.flatMap(({ title, rows }) => [
      '',
      `### ${title}`,
      '',
      ...results(rows),
    ]),
    '',
    '### Extensions',
    '',
    'Optional parts of the protocol: tasks (SEP-2663) and skills (SEP-2640).',
    '',
    ...results(extensions.rows),
  ].join('\n');
}

/**
 * One table of scenarios and revisions. Its lines have no blank behind the first bar: a test takes those that do for
 * the requirements of the page.
 */
export function renderedMatrix(results, revisions) {
  const line = cells => `|${cells.join('|')}|`;
  return [
    '',
    line(['scenario', ...revisions]),
    line(['---', ...revisions.map(() => '---')]),
    ...results.names.map(name => line([name, ...revisions.map(revision => results.words(name, revision))])),
    '',
    `${results.totals()}.`,
  ];
}

function results(rows) {
  return [
    ...table(rows.map(({ name, direct, guarded }) => [name, summary(direct), summary(guarded)])),
    '',
    totals(rows),
  ];
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

/** Puts results into a page of the documentation; an answer of true says that the page already had them. */
export async function published(name, results, update) {
  const file = new URL(`../../docs/${name}`, import.meta.url);
  const page = await readFile(file, 'utf8');
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) {
    throw new Error(`docs/${name} has lost the marks around the results`);
  }
  const wanted = `${page.slice(0, begin)}${BEGIN}\n\n${results}\n\n${page.slice(end)}`;
  if (wanted !== page && update) {
    await writeFile(file, wanted);
    return true;
  }
  return wanted === page;
}

import { isDeepStrictEqual } from 'node:util';
import { elide } from './secrets.mjs';

const DETAIL_LIMIT = 240;

/** Named checks of one part of the run, each printed the moment it is known. */
export class Checks {
  passed = 0;
  failed = 0;

  constructor(part) {
    this.part = part;
  }

  /** Checks a condition; the details are printed either way. */
  that(name, holds, details) {
    if (holds === true) {
      this.passed++;
      this.#print('ok    ', name, details);
    } else {
      this.failed++;
      this.#print('FAILED', name, details);
    }
  }

  /** Checks that two values are the same, in depth. */
  same(name, actual, expected) {
    const holds = isDeepStrictEqual(actual, expected);
    this.that(name, holds, holds ? show(actual) : `is ${show(actual)}, expected ${show(expected)}`);
  }

  /** Checks that two lists of scopes hold the same scopes; their order means nothing. */
  sameScopes(name, actual, expected) {
    this.same(name, sorted(actual), sorted(expected));
  }

  /** Records an exception that nobody expected: what comes after it was not checked. */
  broken(error) {
    const at = String(error?.stack).match(/\/(\w[\w-]*\.mjs:\d+)/)?.[1] ?? 'unknown place';
    const cause = error?.cause ? `, because ${error.cause}` : '';
    this.that('runs to its end', false, `${error} (${at})${cause}`);
  }

  #print(verdict, name, details) {
    const text = details === undefined || details === '' ? '' : `: ${shorten(elide(details))}`;
    console.log(`${verdict} ${this.part}: ${name}${text}`);
  }
}

function sorted(scopes) {
  const list = typeof scopes === 'string' ? scopes.split(' ') : [...(scopes ?? [])];
  return list.sort().join(' ');
}

function show(value) {
  return typeof value === 'string' ? value : JSON.stringify(value) ?? String(value);
}

function shorten(text) {
  const line = text.replace(/\s+/g, ' ');
  return line.length > DETAIL_LIMIT ? `${line.slice(0, DETAIL_LIMIT)}…` : line;
}

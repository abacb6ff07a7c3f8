import { readFile } from 'node:fs/promises';
import { Checks } from './checks.mjs';
import { clientV2, clientV2Auto } from './client-v2.mjs';
import { closedDoors, noneWithoutPrincipal } from './closed-doors.mjs';
import { cors } from './cors.mjs';
import { ownPages } from './own-pages.mjs';
import { connectPage } from './page.mjs';
import { elide, keepSecret, secrets } from './secrets.mjs';
import { sdkV1 } from './sdk-v1.mjs';
import { httpSse } from './sse.mjs';
import { Walk } from './walk.mjs';

const TIME_LIMIT_MS = 120_000;

const parts = [];
const walks = [];

async function main() {
  const server = serverUnderTest();
  await versions();
  await walk(sdkV1, server, one => one.whole());
  await walk(clientV2, server, one => one.whole());
  await walk(asGuest(sdkV1), server, one => one.asGuest(), server.guest);
  await walk(asGuest(clientV2), server, one => one.asGuest(), server.guest);
  await walk(clientV2Auto, server, one => one.withDiscovery());
  await part('without a client', async checks => {
    const last = walks.at(-1);
    await closedDoors({ checks, recorder: last.recorder, server },
      last.provider.tokens().access_token);
    noneWithoutPrincipal(checks, server, walks.map(one => one.recorder));
  });
  await part('HTTP+SSE through the guard', checks => httpSse({ checks, server },
    walks.at(-1).provider.tokens().access_token, walks.at(-2).provider.tokens().access_token));
  await part('page in Chromium', checks => connectPage({ checks, server }));
  await part('pages of the authorization server', checks => ownPages({ checks, server }));
  await part('CORS in Chromium', checks => cors({ checks, server },
    walks.at(-1).provider.tokens().access_token));
  await part('server log', checks => logs(checks));
}

/** What run.sh has started. */
function serverUnderTest() {
  const env = name => process.env[name] ?? stop(`${name} is not set; start this with ./run.sh`);
  const url = env('INTEROP_URL');
  keepSecret(env('INTEROP_PASSWORD'));
  keepSecret(env('INTEROP_GUEST_PASSWORD'));
  return {
    url,
    origin: new URL(url).origin,
    otherUrl: env('INTEROP_OTHER_URL'),
    sseUrl: env('INTEROP_SSE_URL'),
    remote: {
      url: env('INTEROP_REMOTE_URL'),
      address: `http://127.0.0.1:${env('INTEROP_REMOTE_PORT')}/mcp`,
    },
    pages: { allowed: env('INTEROP_ALLOWED_PAGE'), foreign: env('INTEROP_FOREIGN_PAGE') },
    issuer: env('INTEROP_ISSUER'),
    editor: { name: env('INTEROP_USER'), password: env('INTEROP_PASSWORD') },
    guest: { name: env('INTEROP_GUEST'), password: env('INTEROP_GUEST_PASSWORD') },
    root: env('INTEROP_ROOT'),
    knownFile: 'known.txt',
    knownText: 'known text\n',
  };
}

async function versions() {
  const lock = JSON.parse(await readFile(new URL('package-lock.json', import.meta.url), 'utf8'));
  for (const { package: name } of [sdkV1, clientV2]) {
    console.log(`${name} ${lock.packages[`node_modules/${name}`].version}`);
  }
  console.log(`node ${process.version}`);
}

function asGuest(dialect) {
  return { ...dialect, name: `${dialect.name} as guest` };
}

function walk(dialect, server, steps, user) {
  return part(dialect.name, async checks => {
    const one = new Walk(dialect, server, checks, user);
    walks.push(one);
    try {
      await steps(one);
    } finally {
      await one.client?.close();
    }
  });
}

async function part(name, steps) {
  const checks = new Checks(name);
  parts.push(checks);
  try {
    await steps(checks);
  } catch (error) {
    checks.broken(error);
  }
}

/** What the servers wrote while all this went on. */
async function logs(checks) {
  const files = process.env.INTEROP_LOGS.split(':');
  const text = (await Promise.all(files.map(file => readFile(file, 'utf8')))).join('\n');
  checks.that('it tells of the refused calls', text.includes('INSUFFICIENT_SCOPE'));
  checks.same('it holds no secret of the run', secrets().filter(one => text.includes(one)).length, 0);
  checks.that('it says what is forgotten when it ends', text.includes('When it ends it forgets'));
  checks.same('it holds no stack trace', text.match(/^\s+at [\w.$/]+\(/gm), null);
}

function stop(message) {
  console.error(`interop: ${message}`);
  process.exit(2);
}

function finish() {
  const sum = member => parts.reduce((total, checks) => total + checks[member], 0);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
  // Outright: after a failure a client may hold a stream open that would keep the process alive.
  process.exit(sum('failed') === 0 && sum('passed') > 0 ? 0 : 1);
}

// A client may leave a promise behind that fails later; that is a failed check, not the end.
process.on('unhandledRejection', error => parts.at(-1)?.broken(error));

setTimeout(() => {
  parts.at(-1)?.that(`ends within ${TIME_LIMIT_MS / 1000} s`, false);
  finish();
}, TIME_LIMIT_MS);

try {
  await main();
} catch (error) {
  stop(elide(error?.stack));
}
finish();

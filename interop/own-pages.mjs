import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inChromium } from './chromium.mjs';
import { colours, CONTRAST, opened, overflowing, PHONE } from './page.mjs';
import { keepSecret } from './secrets.mjs';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** Nothing listens at either: what the client is told is read on the browser's way there. */
const LOOPBACK = 'http://127.0.0.1:61999/callback';
const REMOTE = 'https://app.invalid/callback';
const STREAM_ENDS_MS = 10_000;

const SETTINGS = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['phone', { viewport: PHONE }],
];

/** The pages of the authorization server, and what people do with them, by keyboard alone. */
export async function ownPages({ checks, server }) {
  const metadata = await (
    await fetch(`${server.issuer}/.well-known/oauth-authorization-server`)).json();
  await inChromium(async browser => {
    for (const [name, settings] of SETTINGS) {
      await opened(browser, `${server.issuer}/oauth/applications`, settings, ({ page, seen }) =>
        new Visit({ checks, metadata, name, page, seen, server }).whole());
    }
  });
}

/** What one user does in one browser. */
class Visit {
  constructor(parts) {
    Object.assign(this, parts);
  }

  async whole() {
    this.client = await this.#register('Example Client', LOOPBACK);
    await this.#login();
    const tokens = await this.#connect();
    await this.#again();
    await this.#stepUp();
    await this.#errors();
    await this.#disconnect(tokens);
    await this.#logout();
    this.#same('nothing was wrong in the console', this.#problems(), []);
  }

  async #login() {
    const { page, server } = this;
    await this.#looks('the login page', 'Log in');
    await this.#logInWith('not the password');
    await this.#looks('the login page after a wrong password', 'Log in');
    this.#same('it says so', await page.getByRole('alert').count(), 1);
    await this.#logInWith(server.editor.password);
    await page.waitForURL(`${server.issuer}/oauth/applications`);
    await this.#looks('the page of applications', 'Connected applications');
  }

  async #logInWith(password) {
    const { page, server } = this;
    await page.getByRole('textbox').first().focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.type(server.editor.name);
    await page.keyboard.press('Tab');
    await page.keyboard.type(password);
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  }

  async #connect() {
    const { page } = this;
    await page.goto(this.#request(this.client, 'files:list files:read'));
    await this.#looks('the consent page', 'Connect Example Client', 'consent');
    this.#that('it warns of a client on this computer',
      await page.locator('#localhost-warning').isVisible());
    this.#same('the first thing to press allows', await this.#reachedByTab(), 'Allow');
    this.#that('and looks like it', await page.evaluate(standsOut));
    return this.#redeem(this.client, await this.#answered(() => page.keyboard.press('Enter')));
  }

  async #again() {
    const { page } = this;
    await page.goto(this.#request(this.client, 'files:list files:read'));
    await this.#looks('the page at a second login', 'Connect Example Client');
    this.#same('a client on this computer, which any program can be, is asked for again',
      await page.locator('#scopes code').allInnerTexts(), ['files:list', 'files:read']);
    this.#same('the client hears of a denial', (await this.#press('Cancel')).get('error'), 'access_denied');
  }

  async #stepUp() {
    const { page } = this;
    const client = await this.#register('Remote Client', REMOTE);
    await page.goto(this.#request(client, 'files:list files:read', REMOTE));
    this.#that('a client elsewhere comes without the warning',
      await page.locator('#localhost-warning').count() === 0);
    this.#that('it gets its tokens', 'access_token' in await this.#redeem(client, await this.#press('Allow')));
    const again = this.#request(client, 'files:read', REMOTE);
    this.#that('what was allowed is not asked for again',
      (await this.#answered(() => page.goto(again).catch(() => undefined))).has('code'));
    await page.goto(this.#request(client, 'files:list files:read files:write', REMOTE));
    await this.#looks('the page of a step-up', 'Connect Remote Client', 'consent-step-up');
    const earlier = page.locator('#earlier-scopes');
    const fresh = await page.locator('#scopes code').allInnerTexts();
    this.#same('what is new comes first', fresh, ['files:write']);
    this.#that('and what was allowed before is folded', !await earlier.isVisible());
    await page.locator('summary').press('Enter');
    this.#that('a key unfolds it', await earlier.isVisible());
    await this.#looks('the same page, unfolded', 'Connect Remote Client');
    this.#same('a denial is told', (await this.#press('Cancel')).get('error'), 'access_denied');
  }

  async #errors() {
    const { metadata, page } = this;
    const client = await this.#register('Stranger', REMOTE);
    await page.goto(this.#request(client, 'files:everything', REMOTE));
    await this.#looks('the page of an error that the client may be told', 'This request cannot be answered');
    this.#same('it says where the way on leads', await page.locator('#redirect-place').innerText(), 'app.invalid');
    await page.goto(`${metadata.authorization_endpoint}?client_id=nobody`);
    await this.#looks('the page of an unknown client', 'This request cannot be answered');
    this.#same('there is no way on', await page.locator('#onward').count(), 0);
  }

  async #disconnect({ access_token: token, refresh_token: refresh }) {
    const { page, server } = this;
    const call = () => this.#call(token);
    this.#same('the client calls a tool', (await call()).status, 200);
    const stream = await this.#stream(token);
    await page.goto(`${server.issuer}/oauth/applications`);
    await this.#looks('the page of applications', 'Connected applications', 'applications');
    const application = page.locator('section', { hasText: 'Example Client' });
    await application.getByRole('button', { name: /^Disconnect/ }).press('Enter');
    await application.waitFor({ state: 'detached' });
    this.#that('the other one stays',
      (await page.locator('section h2').allInnerTexts()).includes('Remote Client'));
    this.#same('the next call of the client is refused', (await call()).status, 401);
    this.#same('its stream ends', await stream.end, 'ended');
    this.#same('and it gets nothing more', (await this.#token({ client_id: this.client,
      grant_type: 'refresh_token', refresh_token: refresh })).error, 'invalid_grant');
    await page.getByRole('button', { name: 'Disconnect Remote Client' }).press('Enter');
    await page.locator('section', { hasText: 'Remote Client' }).waitFor({ state: 'detached' });
  }

  async #logout() {
    const { page, server } = this;
    await page.getByRole('button', { name: 'Not you? Log out.' }).press('Enter');
    await page.goto(`${server.issuer}/oauth/applications`);
    this.#same('after the logout somebody has to log in', await page.locator('h1').innerText(), 'Log in');
  }

  /** What the browser says of a status is no fault. */
  #problems() {
    return this.seen.problems.filter(text => !/^Failed to load resource: .* (?:status of 4\d\d |net::ERR_)/.test(text));
  }

  async #looks(what, heading, picture) {
    const { name, page } = this;
    this.#same(what, await page.locator('h1').innerText(), heading);
    await page.evaluate(await readFile(AXE, 'utf8'));
    const { violations } = await page.evaluate('axe.run()');
    this.#same('axe finds nothing there',
      violations.map(one => `${one.id} ${one.nodes.map(node => node.target).join(' ')}`), []);
    const { dark, least } = await page.evaluate(colours);
    this.#that('its colours fit, and have contrast', dark === (name === 'dark') && least >= CONTRAST,
      least.toFixed(1));
    this.#same('nothing is wider than its place', await page.evaluate(overflowing), []);
    this.#same('nothing is against its own policy', await page.evaluate('violations'), []);
    this.#same('it has no script', await page.evaluate('document.scripts.length'), 0);
    await this.#photograph(picture);
  }

  async #photograph(picture) {
    const folder = process.env.PAGES_SCREENSHOTS;
    if (folder && picture) {
      const path = fileURLToPath(new URL(`../${folder}/${picture}-${this.name}.png`, import.meta.url));
      await mkdir(dirname(path), { recursive: true });
      await this.page.screenshot({ path, fullPage: true });
    }
  }

  async #reachedByTab() {
    await this.page.keyboard.press('Tab');
    return this.page.evaluate('document.activeElement.innerText');
  }

  async #register(name, redirect) {
    const response = await fetch(this.metadata.registration_endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        client_name: name,
        redirect_uris: [redirect],
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
      }),
    });
    return (await response.json()).client_id;
  }

  #request(client, scope, redirect = LOOPBACK) {
    this.verifier = randomBytes(32).toString('base64url');
    return `${this.metadata.authorization_endpoint}?${new URLSearchParams({
      response_type: 'code',
      client_id: client,
      redirect_uri: redirect,
      scope,
      resource: this.server.url,
      state: 'state of the client',
      code_challenge: createHash('sha256').update(this.verifier).digest('base64url'),
      code_challenge_method: 'S256',
    })}`;
  }

  #press(button) {
    return this.#answered(() => this.page.getByRole('button', { name: button }).press('Enter'));
  }

  /** What the client is told at its place after the action. */
  async #answered(action) {
    const [request] = await Promise.all([
      this.page.waitForRequest('**/callback?**'),
      this.page.waitForEvent('framenavigated', frame => frame.url().startsWith('chrome-error:')),
      action(),
    ]);
    const told = new URL(request.url()).searchParams;
    keepSecret(told.get('code'));
    this.#same('state and iss are there', [told.get('state'), told.get('iss')],
      ['state of the client', this.server.issuer]);
    return told;
  }

  async #redeem(client, told) {
    const tokens = await this.#token({ client_id: client, grant_type: 'authorization_code',
      code: told.get('code'), code_verifier: this.verifier });
    keepSecret(tokens.access_token);
    keepSecret(tokens.refresh_token);
    return tokens;
  }

  async #token(form) {
    const response = await fetch(this.metadata.token_endpoint,
      { method: 'POST', body: new URLSearchParams(form) });
    return response.json();
  }

  async #call(token, session) {
    const response = await fetch(this.server.url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...session && { 'mcp-session-id': session },
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: {
        protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'pages', version: '1' } } }),
    });
    await response.text();
    return response;
  }

  /** Opens a stream, and waits for its end. */
  async #stream(token) {
    const session = (await this.#call(token)).headers.get('mcp-session-id');
    const response = await fetch(this.server.url, {
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'text/event-stream',
        'mcp-session-id': session,
      },
    });
    this.#same('the client opens a stream', response.status, 200);
    return { end: ended(response.body) };
  }

  #same(what, actual, expected) {
    this.checks.same(`${this.name}: ${what}`, actual, expected);
  }

  #that(what, holds, details) {
    this.checks.that(`${this.name}: ${what}`, holds, details);
  }
}

async function ended(body) {
  const limit = AbortSignal.timeout(STREAM_ENDS_MS);
  const reader = body.getReader();
  const late = new Promise(resolve => limit.addEventListener('abort', () => resolve('still open')));
  const end = (async () => {
    try {
      while (!(await reader.read()).done);
    } catch {
      // Cut off in the middle of an event: that is an end, too.
    }
    return 'ended';
  })();
  const verdict = await Promise.race([end, late]);
  await reader.cancel().catch(() => undefined);
  return verdict;
}

/** Runs in the page: whether the focused button has a ring, and is filled as the other one is not. */
function standsOut() {
  const [allow, other] = [...document.querySelectorAll('#consent button')].map(one => getComputedStyle(one));
  return allow.outlineStyle === 'solid' && parseFloat(allow.outlineWidth) >= 2
    && allow.backgroundColor !== other.backgroundColor;
}

import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inChromium } from './chromium.mjs';

const WIDE = { width: 1000, height: 800 };
export const PHONE = { width: 320, height: 640 };

/** WCAG 2.2, 1.4.6, for text of any size. */
export const CONTRAST = 7;

/** What a person sees who opens the MCP URL in a browser. */
export function connectPage({ checks, server }) {
  return inChromium(async browser => {
    await local(browser, checks, server);
    await remote(browser, checks, server);
    for (const colorScheme of ['light', 'dark']) {
      await legible(browser, checks, server, colorScheme);
    }
    await narrow(browser, checks, server);
    await icon(checks, server);
  });
}

async function local(browser, checks, server) {
  await opened(browser, server.url, {}, async ({ page, response, seen }) => {
    checks.same('the status is that of a client without a token', response.status(), 401);
    checks.same('and so is the challenge', response.headers()['www-authenticate'],
      await challengeOfJson(server.url));
    checks.that('it is a page', response.headers()['content-type']?.startsWith('text/html') === true);
    checks.same('its title', await page.title(), 'File tools: an MCP server');
    checks.same('its heading', await page.locator('h1').innerText(), 'File tools');
    const text = await page.locator('main').innerText();
    checks.that('it has the address and the commands', [
      `\n${server.url}\n`,
      `claude mcp add --transport http file-tools ${server.url}`,
      `gemini mcp add --transport http file-tools ${server.url}`,
      `code --add-mcp '{"name":"file-tools","type":"http","url":"${server.url}"}'`,
      `{"mcpServers":{"file-tools":{"url":"${server.url}"}}}`,
      `--server-url ${server.url}`,
    ].every(line => text.includes(line)));
    checks.that('it says who cannot reach a local address', text.includes('a public address'));
    checks.same('it has no script and no form',
      await page.evaluate(() => document.scripts.length + document.forms.length), 0);
    checks.same('it asks for nothing but itself', seen.requests, [server.url]);
    checks.same('nothing is against its own policy', await page.evaluate('violations'), []);
    checks.same('and nothing is wrong in the console', seen.problems, []);
    const [metadata] = await Promise.all([
      page.waitForResponse(/oauth-protected-resource/), page.locator('a').click()]);
    checks.same('its link goes to the metadata', (await metadata.json()).resource, server.url);
  });
}

/** Where the server is behind a proxy, at an address that everybody can reach. */
async function remote(browser, checks, { remote: { url, address } }) {
  await opened(browser, address, {}, async ({ page, response, seen }) => {
    checks.same('a public server has it too', response.status(), 401);
    const text = await page.locator('main').innerText();
    checks.that('with the address that it was configured with, and no other',
      text.includes(url) && !text.includes(new URL(address).host));
    checks.that('and what to do in Claude and ChatGPT',
      text.includes('Add custom connector') && text.includes('Developer mode'));
    checks.same('without a problem', seen.problems, []);
    const screenshot = process.env.PAGE_SCREENSHOT;
    if (screenshot) {
      const path = fileURLToPath(new URL(`../${screenshot}`, import.meta.url));
      await mkdir(dirname(path), { recursive: true });
      await page.screenshot({ path, fullPage: true });
    }
  });
}

async function legible(browser, checks, { remote: { address } }, colorScheme) {
  await opened(browser, address, { colorScheme }, async ({ page }) => {
    const { dark, least } = await page.evaluate(colours);
    checks.same(`in ${colorScheme} mode its background fits`, dark, colorScheme === 'dark');
    checks.that(`in ${colorScheme} mode every text has contrast`, least >= CONTRAST,
      least.toFixed(1));
  });
}

async function narrow(browser, checks, { remote: { address } }) {
  await opened(browser, address, { viewport: PHONE }, async ({ page }) => {
    checks.same('on a phone nothing is wider than its place', await page.evaluate(overflowing), []);
    checks.same('nor the page wider than the screen',
      await page.evaluate(() => document.documentElement.scrollWidth), PHONE.width);
  });
}

/** Browsers ask for it at the origin: it must not look like a client without a token. */
async function icon(checks, server) {
  const response = await fetch(`${server.origin}/favicon.ico`, { headers: { accept: 'image/*' } });
  await response.body?.cancel();
  checks.same('the icon is nothing that needs a login',
    [response.status, response.headers.get('www-authenticate')], [404, null]);
}

/** Opens the page in a browser that remembers nothing, and notes what happens meanwhile. */
export async function opened(browser, url, settings, action) {
  const context = await browser.newContext({ viewport: WIDE, colorScheme: 'light', ...settings });
  try {
    const page = await context.newPage();
    const seen = { requests: [], problems: [] };
    page.on('request', request => seen.requests.push(request.url()));
    page.on('pageerror', error => seen.problems.push(error.message));
    page.on('console', message => {
      // The browser's own remark on every 401.
      if (!/^Failed to load resource: .* status of 401 /.test(message.text())) {
        seen.problems.push(message.text());
      }
    });
    await page.addInitScript(() => {
      window.violations = [];
      document.addEventListener('securitypolicyviolation',
        event => window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
    });
    const response = await page.goto(url);
    await action({ page, response, seen });
  } finally {
    await context.close();
  }
}

async function challengeOfJson(url) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_files"}}',
  });
  await response.body?.cancel();
  return response.headers.get('www-authenticate');
}

/** Runs in the page: whether it is dark, and the least contrast of a text with what is behind it. */
export function colours() {
  const channels = colour => colour.match(/[\d.]+/g).map(Number);
  const luminance = colour => {
    const [r, g, b] = channels(colour).map(value => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = element => {
    const colour = getComputedStyle(element).backgroundColor;
    return channels(colour)[3] === 0 ? behind(element.parentElement) : colour;
  };
  const contrasts = [...document.querySelectorAll('main *')].map(element => {
    const [dim, bright] = [luminance(getComputedStyle(element).color), luminance(behind(element))]
      .sort((one, other) => one - other);
    return (bright + 0.05) / (dim + 0.05);
  });
  return { dark: luminance(behind(document.body)) < 0.2, least: Math.min(...contrasts) };
}

/** Runs in the page: what is wider than its place. */
export function overflowing() {
  return [...document.querySelectorAll('*')]
    .filter(one => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 1)
    .map(one => one.tagName);
}

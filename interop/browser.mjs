import { keepSecret } from './secrets.mjs';

const MOST_STEPS = 12;

/** The user at a browser: follows redirects, logs in, allows, and stops at the client's door. */
export class Browser {
  #cookies = new Map();

  constructor(user, password) {
    this.user = user;
    this.password = password;
  }

  /**
   * Opens the authorization URL and answers what is asked.
   *
   * @param before is run with the id of each form before it is sent
   * @returns whether a login was needed, what the consent page said (undefined where none was
   *     shown), and the URL the browser was finally sent to, which is not fetched
   */
  async visit(authorizationUrl, redirectUri, before = async () => undefined) {
    const home = authorizationUrl.origin;
    const visit = { loggedIn: false, consent: undefined, callback: undefined };
    let request = { url: authorizationUrl };
    for (let step = 0; step < MOST_STEPS; step++) {
      const response = await this.#send(request);
      const location = response.headers.get('location');
      if (location !== null) {
        const target = new URL(location, request.url);
        if (target.href.startsWith(`${redirectUri}?`)) {
          keepSecret(target.searchParams.get('code'));
          visit.callback = target;
          return visit;
        }
        if (target.origin !== home) {
          throw new Error(`the browser was sent from ${home} to ${target.origin}`);
        }
        request = { url: target };
      } else {
        request = await this.#answer(await page(response, request.url), request.url, visit, before);
      }
    }
    throw new Error(`no end after ${MOST_STEPS} pages`);
  }

  async #answer(html, url, visit, before) {
    const form = formOf(html);
    if (form?.id === 'login' && !visit.loggedIn) {
      visit.loggedIn = true;
      form.fields.set('username', this.user);
      form.fields.set('password', this.password);
    } else if (form?.id === 'consent' && !visit.consent) {
      visit.consent = consentOf(html);
      form.fields.set('decision', 'allow');
    } else {
      throw new Error(`unexpected page '${textOf(html, 'h1')}' at ${url.pathname}`);
    }
    await before(form.id);
    return { url: new URL(form.action, url), fields: form.fields };
  }

  async #send({ url, fields }) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, {
      method: fields ? 'POST' : 'GET',
      body: fields,
      headers: cookie ? { cookie } : {},
      redirect: 'manual',
    });
    // One server is visited, so paths and domains of cookies do not matter here.
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = line.match(/^([^=;]+)=([^;]*)/);
      keepSecret(value);
      if (/;\s*max-age=0/i.test(line)) {
        this.#cookies.delete(name);
      } else {
        this.#cookies.set(name, value);
      }
    }
    return response;
  }
}

async function page(response, url) {
  const html = await response.text();
  if (response.status !== 200) {
    throw new Error(`${url.pathname} answered ${response.status} '${textOf(html, 'h1')}'`);
  }
  return html;
}

function consentOf(html) {
  // Those that are new, and, folded, those that were allowed before.
  const lists = html.matchAll(/<ul id="(?:scopes|earlier-scopes)"[^>]*>([\s\S]*?)<\/ul>/g);
  const scopes = [...lists].map(([, list]) => list).join('');
  return {
    client: byId(html, 'client-name'),
    place: byId(html, 'redirect-place'),
    scopes: [...scopes.matchAll(/<code>([^<]*)<\/code>/g)].map(m => unescape(m[1])),
    words: [...scopes.matchAll(/<strong>([^<]*)<\/strong>/g)].map(m => unescape(m[1])),
  };
}

function formOf(html) {
  const [, attributes, content] = html.match(/<form\b([^>]*)>([\s\S]*?)<\/form>/) ?? [];
  if (attributes === undefined || attribute(attributes, 'method') !== 'post') {
    return undefined;
  }
  const fields = new URLSearchParams();
  for (const [, input] of content.matchAll(/<input\b([^>]*)>/g)) {
    fields.append(attribute(input, 'name'), attribute(input, 'value'));
  }
  for (const name of ['_csrf', 'form', 'request']) {
    keepSecret(fields.get(name));
  }
  return { id: attribute(attributes, 'id'), action: attribute(attributes, 'action'), fields };
}

function attribute(attributes, name) {
  return unescape(attributes.match(new RegExp(`\\b${name}="([^"]*)"`))?.[1] ?? '');
}

function byId(html, id) {
  return unescape(html.match(new RegExp(`id="${id}"[^>]*>(?:<bdi>)?([^<]*)<`))?.[1] ?? '');
}

function textOf(html, element) {
  return unescape(html.match(new RegExp(`<${element}>([^<]*)<`))?.[1] ?? '');
}

function unescape(text) {
  const named = { amp: '&', lt: '<', gt: '>', quot: '"' };
  return text.replace(/&(?:#(\d+)|(amp|lt|gt|quot));/g, (_, number, name) =>
    name ? named[name] : String.fromCodePoint(Number(number)));
}

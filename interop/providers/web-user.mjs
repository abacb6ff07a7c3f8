import { keepSecret } from '../secrets.mjs';

const MOST_STEPS = 20;

/**
 * A user at a browser: follows redirects, and answers each form by its fields' names. Where the provider leaves its
 * pages to others, `pages` has what such a page sends, by its path: the path that it is sent to, and a JSON body.
 */
export class WebUser {
  /** The authorization requests that the client sent its user with, oldest first. */
  requests = [];
  #cookies = new Map();
  #fields;
  #pages;

  constructor({ fields = {}, pages = {} }) {
    this.#fields = fields;
    this.#pages = pages;
  }

  /** Gives the answer of the authorization server, be it a code or an error. */
  async answer(url) {
    const request = new URL(url).searchParams;
    this.requests.push(request);
    let next = { url: new URL(url) };
    for (let step = 0; step < MOST_STEPS; step++) {
      const response = await this.#send(next);
      const place = response.headers.get('location') ?? await placeIn(response);
      if (place) {
        const target = new URL(place, next.url);
        if (target.href.startsWith(`${request.get('redirect_uri')}?`)) {
          keepSecret(target.searchParams.get('code'));
          return target;
        }
        next = this.#pages[target.pathname] ? this.#page(target) : { url: target };
      } else {
        next = this.#form(await response.text(), next.url)
          ?? fail(`no form at ${next.url.pathname}, which answered ${response.status}`);
      }
    }
    throw new Error(`no end after ${MOST_STEPS} pages`);
  }

  #page(url) {
    const { path, body } = this.#pages[url.pathname];
    return { url: new URL(path, url), json: { ...body, oauth_query: url.search.slice(1) } };
  }

  #form(html, base) {
    const [, attributes, content] = html.match(/<form\b([^>]*)>([\s\S]*?)<\/form>/) ?? [];
    if (!attributes) {
      return undefined;
    }
    const fields = new URLSearchParams();
    for (const [, input] of content.matchAll(/<input\b([^>]*)>/g)) {
      const name = attribute(input, 'name');
      if (name) {
        fields.set(name, this.#fields[name] ?? attribute(input, 'value'));
      }
    }
    return { url: new URL(attribute(attributes, 'action'), base), fields };
  }

  async #send({ url, fields, json }) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, {
      method: fields || json ? 'POST' : 'GET',
      body: fields ?? (json && JSON.stringify(json)),
      headers: { cookie, origin: url.origin, ...json && { 'content-type': 'application/json' } },
      redirect: 'manual',
    });
    // One server is visited, so paths and domains of cookies do not matter here.
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = line.match(/^([^=;]+)=([^;]*)/);
      keepSecret(value);
      if (value === '' || /;\s*max-age=0/i.test(line)) {
        this.#cookies.delete(name);
      } else {
        this.#cookies.set(name, value);
      }
    }
    return response;
  }
}

function attribute(attributes, name) {
  return (attributes.match(new RegExp(`\\b${name}="([^"]*)"`))?.[1] ?? '').replaceAll('&amp;', '&');
}

/** Scripts of pages are told in JSON where to go. */
async function placeIn(response) {
  return response.headers.get('content-type')?.startsWith('application/json')
    ? (await response.json()).url
    : undefined;
}

function fail(message) {
  throw new Error(message);
}

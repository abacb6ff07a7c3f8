import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { MemoryProvider } from '../provider.mjs';
import { Recorder } from '../recorder.mjs';

/** Nothing listens there: the browser stops before it. */
export const REDIRECT_URI = 'http://127.0.0.1:33418/callback';

/** The official TypeScript client 2.x, which registers itself and asks its user for more scopes. */
export class SdkClient {
  recorder = new Recorder();
  #provider = new MemoryProvider('Providers', REDIRECT_URI);
  #client;
  #newTransport;
  #transport;
  #user;

  /**
   * @param registered a client that somebody has registered for it; it registers itself where there is none
   * @param session the key that its tokens are to be bound to, if they are
   */
  constructor(url, user, registered, session) {
    this.#user = user;
    if (session) {
      this.#provider.dpop = () => session;
    }
    if (registered) {
      this.#provider.saveClientInformation(registered);
    }
    this.#newTransport = () => new StreamableHTTPClientTransport(new URL(url),
      { authProvider: this.#provider, fetch: this.recorder.fetch });
  }

  /** The scopes that it registered with, as the answer has them. */
  get registered() {
    return this.#provider.clientInformation()?.scope;
  }

  /** Its client id. */
  get id() {
    return this.#provider.clientInformation().client_id;
  }

  /** The answer of the token endpoint, once it was there. */
  get tokens() {
    return this.#provider.tokens();
  }

  /** The claims of its access token. */
  get claims() {
    const [, claims] = this.tokens.access_token.split('.');
    return JSON.parse(Buffer.from(claims, 'base64url').toString('utf8'));
  }

  async tools() {
    await this.#withLogin(async () => {
      this.#client = new Client({ name: 'providers', version: '1.0.0' });
      this.#transport = this.#newTransport();
      await this.#client.connect(this.#transport);
    });
    return (await this.#client.listTools()).tools.map(({ name }) => name);
  }

  async call(name, args) {
    const { content } = await this.#withLogin(() => this.#client.callTool({ name, arguments: args }));
    return content.map(({ text }) => text).join('');
  }

  close() {
    return this.#client?.close();
  }

  async #withLogin(action) {
    try {
      return await action();
    } catch (error) {
      const url = this.#provider.takeAuthorizationUrl();
      if (!url) {
        throw error;
      }
      const answer = (await this.#user.answer(url)).searchParams;
      if (answer.has('error')) {
        throw new Error(answer.get('error'), { cause: answer.get('error_description') });
      }
      await this.#transport.finishAuth(answer);
      return await action();
    }
  }
}

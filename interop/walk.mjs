import { Browser } from './browser.mjs';
import { firstContact, FIRST_SCOPES, login } from './login.mjs';
import { MemoryProvider } from './provider.mjs';
import { purpose, Recorder } from './recorder.mjs';
import { refresh, revocation, terminate } from './renewal.mjs';
import { connectAnonymously, fewerTools, readingTools, stepUp } from './tools.mjs';

/** What one client goes through: its storage, its user, and what it sent and got. */
export class Walk {
  /** That of the authorization server, once it was read. */
  metadata = {};
  /** The connected client, from its connection on. */
  client = undefined;
  /** Whether each visit of the user needed the password. */
  logins = [];

  constructor(dialect, server, checks, user = server.editor, recorder = new Recorder()) {
    this.dialect = dialect;
    this.server = server;
    this.checks = checks;
    this.recorder = recorder;
    this.browser = new Browser(user.name, user.password);
    // Characters that mean something in HTML: the pages must show them. A name with markup is
    // not registered at all. Nothing listens at the redirect URI; the browser stops before it.
    this.provider = new MemoryProvider(`Interop ${dialect.name} & "co"`,
      'http://127.0.0.1:33418/callback');
  }

  /** From nothing to a step-up, a refresh, a revocation and the end of the session. */
  async whole() {
    await connectAnonymously(this);
    await firstContact(this);
    await login(this, FIRST_SCOPES);
    await readingTools(this);
    await stepUp(this);
    await refresh(this);
    await revocation(this);
    await terminate(this);
  }

  /** From nothing to what no step-up gives this user. */
  async asGuest() {
    await connectAnonymously(this);
    await firstContact(this);
    await login(this, FIRST_SCOPES);
    await fewerTools(this);
    await terminate(this);
  }

  /** From nothing to the first tools, for a client that looks for the newest revision first. */
  async withDiscovery() {
    const exchanges = await connectAnonymously(this);
    const probe = exchanges.find(e => purpose(e) === 'server/discover');
    this.checks.that('server/discover is not refused by the policy',
      probe !== undefined && ![401, 403].includes(probe.status), String(probe?.status));
    await firstContact(this);
    await login(this, FIRST_SCOPES);
    await readingTools(this);
    await terminate(this);
  }
}

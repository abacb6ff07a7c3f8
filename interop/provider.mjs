import { randomUUID } from 'node:crypto';
import { keepSecret } from './secrets.mjs';

/** An `OAuthClientProvider` of the TypeScript clients that keeps everything in memory. */
export class MemoryProvider {
  #stored = {};
  #refreshTokenWithheld = false;

  constructor(clientName, redirectUrl) {
    this.clientName = clientName;
    this.redirectUrl = redirectUrl;
  }

  get clientMetadata() {
    return {
      client_name: this.clientName,
      redirect_uris: [this.redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    };
  }

  clientInformation() {
    return this.#stored.client;
  }

  saveClientInformation(client) {
    this.#stored.client = client;
  }

  tokens() {
    if (!this.#refreshTokenWithheld || !this.#stored.tokens) {
      return this.#stored.tokens;
    }
    const { refresh_token: withheld, ...rest } = this.#stored.tokens;
    return rest;
  }

  saveTokens(tokens) {
    this.#refreshTokenWithheld = false;
    this.#stored.tokens = tokens;
  }

  state() {
    this.#stored.state = randomUUID();
    keepSecret(this.#stored.state);
    return this.#stored.state;
  }

  saveCodeVerifier(verifier) {
    this.#stored.verifier = verifier;
  }

  codeVerifier() {
    return this.#stored.verifier;
  }

  saveDiscoveryState(discovery) {
    this.#stored.discovery = discovery;
  }

  discoveryState() {
    return this.#stored.discovery;
  }

  redirectToAuthorization(url) {
    this.#stored.authorizationUrl = new URL(url);
  }

  /** Without it, a refused refresh token would be shown again and again. */
  invalidateCredentials(kind) {
    const kinds = kind === 'all' ? ['client', 'tokens', 'verifier', 'discovery'] : [kind];
    kinds.forEach(one => delete this.#stored[one]);
  }

  /** The state of the last authorization request. */
  get lastState() {
    return this.#stored.state;
  }

  /** Where the user was last sent, once: asking again gives undefined. */
  takeAuthorizationUrl() {
    const url = this.#stored.authorizationUrl;
    delete this.#stored.authorizationUrl;
    return url;
  }

  /** Shows no refresh token until new tokens are saved. */
  withholdRefreshToken() {
    this.#refreshTokenWithheld = true;
  }
}

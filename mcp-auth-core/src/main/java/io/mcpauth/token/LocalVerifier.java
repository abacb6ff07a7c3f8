package io.mcpauth.token;

/**
 * The verifier of an authorization server that runs in this process: what that says of itself need
 * not be read over the network, where it may not even answer yet.
 */
public interface LocalVerifier extends TokenVerifier {}

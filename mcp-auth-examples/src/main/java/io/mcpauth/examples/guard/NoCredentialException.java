package io.mcpauth.examples.guard;

import io.mcpauth.error.ClientException;

/** The guard has no credential for the target. Its message is for the log and holds no secret. */
final class NoCredentialException extends Exception {
  private static final long serialVersionUID = 1L;

  private final TargetFault fault;

  private NoCredentialException(TargetFault fault, ClientException cause) {
    super(cause.getMessage(), cause);
    this.fault = fault;
  }

  /** A refusal stays one until somebody changes the configuration; all else may pass. */
  static NoCredentialException of(ClientException cause) {
    return new NoCredentialException(
        switch (cause.reason()) {
          case REFUSED, RESPONSE_INVALID -> TargetFault.CREDENTIAL_REFUSED;
          default -> TargetFault.NO_CREDENTIAL;
        },
        cause);
  }

  TargetFault fault() {
    return fault;
  }
}

package io.mcpauth.containers;

/** What has to hold for a behaviour: throws where it does not. */
@FunctionalInterface
interface Checks {
  void hold(Site site) throws Exception;

  static Checks of(Behaviour behaviour) {
    return switch (behaviour) {
      case CREDENTIALS -> CredentialChecks::credentials;
      case METHODS -> CredentialChecks::methods;
      case BODIES -> BodyChecks::bodies;
      case STREAMS -> StreamChecks::streams;
      case DISPATCHES -> DispatchChecks::dispatches;
      case PASSAGES -> DispatchChecks::passages;
      case PATHS -> PathChecks::paths;
      case PARAMETERS -> PathChecks::parameters;
      case TARGETS -> TargetChecks::targets;
      case CONTEXT -> TargetChecks::context;
      case HOSTS -> TargetChecks::hosts;
      case METADATA -> MetadataChecks::metadata;
      case CACHING -> MetadataChecks::caching;
      case HTTP_1_0 -> ConnectionChecks::http10;
      case CONNECTIONS -> ConnectionChecks::connections;
      case HTTP_2 -> Http2Checks::http2;
      case OWN_LOGIN -> LoginChecks::ownLogin;
    };
  }
}

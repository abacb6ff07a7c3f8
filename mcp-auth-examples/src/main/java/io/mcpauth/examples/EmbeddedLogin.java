package io.mcpauth.examples;

import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Settings;
import io.mcpauth.examples.authserver.EmbeddedAuthorizationServer;
import io.mcpauth.examples.authserver.LastingStore;
import io.mcpauth.examples.authserver.Login;
import io.mcpauth.examples.authserver.Strictness;
import io.mcpauth.examples.jetty.EndpointServer;
import io.mcpauth.examples.names.Naming;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.outbound.OutboundConnections;
import io.mcpauth.store.Store;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Starts the embedded authorization server with the two users of the example. */
final class EmbeddedLogin {
  /** What the policy asks of whoever deletes a file. */
  private static final String EDITOR_ROLE = "editor";

  /** The scopes that it knows, those of the policy, with the words of the consent page. */
  static final Map<String, String> SCOPES = scopes();

  private static final Duration ACCESS_TOKEN_LIFETIME = Duration.ofMinutes(10);

  private EmbeddedLogin() {}

  /** The running server, and who can log in there. */
  record Started(EmbeddedAuthorizationServer server, Login login) {}

  static Started start(
      FileToolsSettings settings, ResourceIdentifier resource, EndpointServer endpoint) {
    Login.Account editor = Login.Account.of(settings.user(), settings.password());
    Login.Account guest = Login.Account.of(settings.guestUser(), settings.guestPassword());
    Strictness strictness = strictness(settings.settings());
    OutboundConnections connections = ConfiguredServer.connections(settings.settings());
    Store store = LastingStore.of(settings.settings(), endpoint);
    EmbeddedAuthorizationServer.Settings known =
        Naming.of(
            "FILE_TOOLS_USER, FILE_TOOLS_GUEST_USER and their passwords",
            () ->
                new EmbeddedAuthorizationServer.Settings(
                    settings.authorizationServerPort(),
                    List.of(editor.with(Set.of(EDITOR_ROLE)), guest.with(Set.of())),
                    SCOPES,
                    Set.of(resource.value()),
                    ACCESS_TOKEN_LIFETIME,
                    strictness,
                    connections,
                    null,
                    store));
    String issuer = settings.settings().value(FileToolsSetting.AS_ISSUER);
    EmbeddedAuthorizationServer.Settings embedded =
        Naming.of("FILE_TOOLS_AS_ISSUER", () -> known.withIssuer(issuer));
    EmbeddedAuthorizationServer server =
        endpoint.owning(
            Naming.of("FILE_TOOLS_AS_PORT", () -> EmbeddedAuthorizationServer.start(embedded)));
    return new Started(server, new Login(server.issuer(), editor, guest));
  }

  /** In what it is to behave as the strict ones do, to try clients and policies on it. */
  private static Strictness strictness(Settings settings) {
    Strictness strictness = Strictness.NONE;
    if (settings.flag(FileToolsSetting.REGISTERED_SCOPES_ONLY)) {
      strictness = strictness.holdingClientsToRegisteredScopes();
    }
    boolean offered = settings.value(FileToolsSetting.CLIENT_METADATA) == null;
    if (!offered && !settings.flag(FileToolsSetting.CLIENT_METADATA)) {
      strictness = strictness.refusingClientDocuments();
    }
    List<String> bringing = settings.values(FileToolsSetting.AUDIENCE_SCOPES);
    if (!SCOPES.keySet().containsAll(bringing)) {
      throw settings.wrong(
          FileToolsSetting.AUDIENCE_SCOPES,
          "not all of which the embedded authorization server knows. Write some of "
              + String.join(", ", SCOPES.keySet())
              + ".");
    }
    return bringing.isEmpty() ? strictness : strictness.bringingTheAudienceBy(Set.copyOf(bringing));
  }

  private static Map<String, String> scopes() {
    Map<String, String> scopes = new LinkedHashMap<>();
    scopes.put("files:list", "See the names and sizes of your files");
    scopes.put("files:read", "Read your files");
    scopes.put("files:write", "Create, change and delete your files");
    return Collections.unmodifiableMap(scopes);
  }
}

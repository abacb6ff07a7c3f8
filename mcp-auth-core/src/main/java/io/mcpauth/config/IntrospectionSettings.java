package io.mcpauth.config;

import io.mcpauth.client.ClientAuthentication;
import io.mcpauth.client.ClientKey;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.Introspection;
import java.time.Duration;
import java.util.List;

/** How settings say that the issuer is asked about its tokens. */
final class IntrospectionSettings {
  private static final String BASIC = "client_secret_basic";
  private static final String POST = "client_secret_post";
  private static final String KEY = "private_key_jwt";
  private static final int MOST_SECONDS = 300;

  private static final List<Setting> DETAILS =
      List.of(
          Setting.INTROSPECTION_CLIENT_ID,
          Setting.INTROSPECTION_CLIENT_SECRET,
          Setting.INTROSPECTION_METHOD,
          Setting.INTROSPECTION_CLIENT_KEY,
          Setting.INTROSPECTION_ENDPOINT,
          Setting.INTROSPECTION_ENDPOINT_OVER_PLAIN_HTTP_INSIDE_THE_CLUSTER,
          Setting.INTROSPECTION_KEPT_SECONDS);

  private final Settings settings;

  private IntrospectionSettings(Settings settings) {
    this.settings = settings;
  }

  /**
   * The server as settings have it asked; unchanged where they say nothing.
   *
   * @throws IllegalArgumentException if one is missing, is wrong or contradicts another
   */
  static AuthorizationServer of(AuthorizationServer server, Settings settings) {
    String value = settings.value(Setting.INTROSPECTION);
    if (value == null || value.equals("false")) {
      settings.requireUnset(DETAILS, "there is no " + Setting.INTROSPECTION.key());
      return server;
    }
    if (!value.equals("true") && !value.equals("also")) {
      throw settings.wrong(
          Setting.INTROSPECTION, "which says nothing. Write 'true', 'also' or 'false'.");
    }
    Introspection how = new IntrospectionSettings(settings).how(server.profile().name());
    return settings.naming(
        Setting.INTROSPECTION,
        () -> value.equals("also") ? server.alsoIntrospectedBy(how) : server.introspectedBy(how));
  }

  private Introspection how(String profile) {
    return keptFor(at(who(profile)));
  }

  private Introspection who(String profile) {
    if (isProfile(profile, "google")) {
      requireNone(
          "Google asks nobody who he is",
          Setting.INTROSPECTION_CLIENT_ID,
          Setting.INTROSPECTION_CLIENT_SECRET,
          Setting.INTROSPECTION_METHOD,
          Setting.INTROSPECTION_CLIENT_KEY);
      return Introspection.byGoogle();
    }
    String id = settings.require(Setting.INTROSPECTION_CLIENT_ID);
    if (isProfile(profile, "github")) {
      requireNone(
          "GitHub is asked with the id and the secret of the application",
          Setting.INTROSPECTION_METHOD,
          Setting.INTROSPECTION_CLIENT_KEY);
      String secret = settings.require(Setting.INTROSPECTION_CLIENT_SECRET);
      return settings.naming(
          Setting.INTROSPECTION_CLIENT_ID, () -> Introspection.byGitHub(id, secret));
    }
    return Introspection.with(client(id));
  }

  /** Also where settings have changed the profile. */
  private static boolean isProfile(String profile, String name) {
    return profile.equals(name) || profile.equals(name + "-with-settings");
  }

  private ClientAuthentication client(String id) {
    String said = settings.value(Setting.INTROSPECTION_METHOD);
    String method = said == null ? BASIC : said;
    if (method.equals(KEY)) {
      requireNone(
          Setting.INTROSPECTION_METHOD.key() + " is " + KEY, Setting.INTROSPECTION_CLIENT_SECRET);
      String jwk = settings.require(Setting.INTROSPECTION_CLIENT_KEY);
      ClientKey key = settings.naming(Setting.INTROSPECTION_CLIENT_KEY, () -> ClientKey.ofJwk(jwk));
      return settings.naming(
          Setting.INTROSPECTION_CLIENT_ID, () -> ClientAuthentication.privateKeyJwt(id, key));
    }
    if (!method.equals(BASIC) && !method.equals(POST)) {
      throw settings.wrong(
          Setting.INTROSPECTION_METHOD,
          "which is no method. Write '" + BASIC + "', '" + POST + "' or '" + KEY + "'.");
    }
    requireNone(
        Setting.INTROSPECTION_METHOD.key() + " is " + method, Setting.INTROSPECTION_CLIENT_KEY);
    String secret = settings.require(Setting.INTROSPECTION_CLIENT_SECRET);
    return settings.naming(
        Setting.INTROSPECTION_CLIENT_ID,
        () ->
            method.equals(BASIC)
                ? ClientAuthentication.secretBasic(id, secret)
                : ClientAuthentication.secretPost(id, secret));
  }

  private Introspection at(Introspection how) {
    Setting plain = Setting.INTROSPECTION_ENDPOINT_OVER_PLAIN_HTTP_INSIDE_THE_CLUSTER;
    String endpoint = settings.value(Setting.INTROSPECTION_ENDPOINT);
    String inside = settings.value(plain);
    if (endpoint != null && inside != null) {
      throw new IllegalArgumentException(
          settings.at(Setting.INTROSPECTION_ENDPOINT)
              + " and "
              + settings.at(plain)
              + " each say where to ask. Remove one of them.");
    }
    if (inside != null) {
      return settings.naming(plain, () -> how.atOverPlainHttpInsideTheCluster(inside));
    }
    return endpoint == null
        ? how
        : settings.naming(Setting.INTROSPECTION_ENDPOINT, () -> how.at(endpoint));
  }

  private Introspection keptFor(Introspection how) {
    Duration kept = settings.seconds(Setting.INTROSPECTION_KEPT_SECONDS, 0, MOST_SECONDS);
    return kept == null ? how : how.keptFor(kept);
  }

  private void requireNone(String why, Setting... keys) {
    settings.requireUnset(List.of(keys), why);
  }
}

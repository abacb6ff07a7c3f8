package io.mcpauth.issuer;

import io.mcpauth.client.ClientMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How an entered client is written in a store, with the names of RFC 7591 where it has them. What
 * has a member that is not known was written by a later release, and may mean less than what would
 * be read.
 */
final class ClientWire {
  private static final String ID = "client_id";
  private static final String NAME = "client_name";
  private static final String METHOD = "token_endpoint_auth_method";
  private static final String GRANTS = "grant_types";
  private static final String REDIRECTS = "redirect_uris";
  private static final String JWKS = "jwks";
  private static final String JWKS_URI = "jwks_uri";
  private static final String DPOP_BOUND = "dpop_bound_access_tokens";
  private static final String SCOPE = "scope";
  private static final String LIFETIME = "lifetime_seconds";
  private static final String FIRST_PARTY = "first_party";
  private static final String INTROSPECTS = "introspects";
  private static final String ENABLED = "enabled";
  private static final String CREATED = "created";
  private static final String SECRETS = "secrets";
  private static final String HASH = "sha256";
  private static final String EXPIRES = "expires";

  /** What is that of the metadata. */
  private static final List<String> METADATA =
      List.of(NAME, METHOD, GRANTS, REDIRECTS, JWKS, JWKS_URI, DPOP_BOUND);

  private static final Set<String> OWN =
      Set.of(ID, SCOPE, LIFETIME, FIRST_PARTY, INTROSPECTS, ENABLED, CREATED, SECRETS);
  private static final Set<String> SECRET_MEMBERS = Set.of(HASH, CREATED, EXPIRES);
  private static final Pattern HASH_FORM = Pattern.compile("[A-Za-z0-9_-]{43}");

  private ClientWire() {}

  static Map<String, @Nullable Object> members(ClientEntry entry) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put(ID, entry.id());
    Map<String, Object> metadata = entry.metadata().members();
    for (String name : METADATA) {
      if (metadata.containsKey(name)) {
        members.put(name, metadata.get(name));
      }
    }
    Set<String> scopes = entry.scopes();
    if (scopes != null) {
      members.put(SCOPE, String.join(" ", scopes));
    }
    Duration lifetime = entry.lifetime();
    if (lifetime != null) {
      members.put(LIFETIME, lifetime.toSeconds());
    }
    members.put(FIRST_PARTY, entry.firstParty());
    members.put(INTROSPECTS, entry.introspects());
    members.put(ENABLED, entry.enabled());
    members.put(CREATED, entry.createdAt().toEpochMilli());
    members.put(SECRETS, entry.secrets().stream().map(ClientWire::secret).toList());
    return members;
  }

  private static Map<String, Object> secret(ClientEntry.Secret secret) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put(HASH, secret.hash());
    members.put(CREATED, secret.createdAt().toEpochMilli());
    Instant end = secret.expiresAt();
    if (end != null) {
      members.put(EXPIRES, end.toEpochMilli());
    }
    return members;
  }

  /**
   * Reads what {@link #members} wrote.
   *
   * @throws IllegalArgumentException if it is nothing of the kind; the message quotes none of it
   * @throws io.mcpauth.error.AuthException the same, of a member of the metadata
   */
  static ClientEntry entry(@Nullable Object value) {
    if (!(value instanceof Map<?, ?> members)) {
      throw new IllegalArgumentException("A client is no object.");
    }
    Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
    members.forEach(
        (name, member) -> {
          if (METADATA.contains(String.valueOf(name))) {
            metadata.put(String.valueOf(name), member);
          } else if (!OWN.contains(String.valueOf(name))) {
            throw new IllegalArgumentException("A client has a member that is not known.");
          }
        });
    String id = text(members, ID);
    ClientRules.requireId(id);
    return new ClientEntry(
        id,
        ClientMetadata.of(metadata),
        members.containsKey(SCOPE) ? scopes(text(members, SCOPE)) : null,
        members.containsKey(LIFETIME) ? Duration.ofSeconds(number(members, LIFETIME)) : null,
        flag(members, FIRST_PARTY),
        flag(members, INTROSPECTS),
        flag(members, ENABLED),
        Instant.ofEpochMilli(number(members, CREATED)),
        secrets(members.get(SECRETS)));
  }

  private static Set<String> scopes(String text) {
    Set<String> scopes = new LinkedHashSet<>(List.of(text.split(" ", -1)));
    ClientRules.requireScopes(scopes);
    return scopes;
  }

  private static List<ClientEntry.Secret> secrets(@Nullable Object value) {
    if (!(value instanceof List<?> list) || list.size() > ClientEntry.MOST_SECRETS) {
      throw wrong(SECRETS);
    }
    List<ClientEntry.Secret> secrets = new ArrayList<>();
    for (Object one : list) {
      if (!(one instanceof Map<?, ?> members) || !SECRET_MEMBERS.containsAll(members.keySet())) {
        throw wrong(SECRETS);
      }
      String hash = text(members, HASH);
      if (!HASH_FORM.matcher(hash).matches()) {
        throw wrong(HASH);
      }
      secrets.add(
          new ClientEntry.Secret(
              hash,
              Instant.ofEpochMilli(number(members, CREATED)),
              members.containsKey(EXPIRES)
                  ? Instant.ofEpochMilli(number(members, EXPIRES))
                  : null));
    }
    return secrets;
  }

  private static String text(Map<?, ?> members, String name) {
    if (members.get(name) instanceof String text) {
      return text;
    }
    throw wrong(name);
  }

  private static boolean flag(Map<?, ?> members, String name) {
    if (members.get(name) instanceof Boolean flag) {
      return flag;
    }
    throw wrong(name);
  }

  /** Up to the year 9999, in milliseconds. */
  private static long number(Map<?, ?> members, String name) {
    if (members.get(name) instanceof Long number && number >= 0 && number <= 253_402_300_799_999L) {
      return number;
    }
    throw wrong(name);
  }

  private static IllegalArgumentException wrong(String member) {
    return new IllegalArgumentException("The '" + member + "' of a client cannot be read.");
  }
}

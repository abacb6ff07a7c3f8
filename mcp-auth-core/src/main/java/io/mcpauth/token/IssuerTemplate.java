package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The {@code iss} of a provider with many tenants, and those of them that are accepted.
 *
 * @param template with {@link #TENANT} where the tenant stands
 * @param tenants the tenant of each {@code iss}
 */
record IssuerTemplate(String template, Map<String, String> tenants) {
  /** As Entra's metadata has it. */
  static final String TENANT = "{tenantid}";

  private static final Pattern FORM =
      Pattern.compile("https://[^/{}|\\s]+(/[^/{}|\\s]+)*/\\{tenantid}(/[^{}|\\s]*)?");

  /** Ids and not names: a domain may change hands, and tokens have the id. */
  private static final Pattern ID = Pattern.compile("[0-9A-Za-z]+(-[0-9A-Za-z]+)*");

  /** The words that Entra has for "any of these"; no token has them in its {@code iss}. */
  private static final Set<String> ANY = Set.of("common", "organizations", "consumers");

  /**
   * A template and its tenants.
   *
   * @throws IllegalArgumentException if the message's sentence does not hold
   */
  static IssuerTemplate of(String template, Collection<String> tenants) {
    if (!FORM.matcher(template).matches()) {
      throw new IllegalArgumentException(
          "'"
              + AuthException.fitForLog(template)
              + "' is no issuer template. Write one {tenantid} between slashes, such as"
              + " 'https://login.microsoftonline.com/{tenantid}/v2.0'.");
    }
    if (tenants.isEmpty()) {
      throw new IllegalArgumentException(
          "The tenants of '" + template + "' are missing. Write the id of each that is accepted.");
    }
    Map<String, String> byIssuer = new LinkedHashMap<>();
    for (String tenant : tenants) {
      if (!ID.matcher(tenant).matches() || ANY.contains(tenant)) {
        throw new IllegalArgumentException(
            "'"
                + AuthException.fitForLog(tenant)
                + "' is no tenant id. Write the id that tokens have in 'tid', such as"
                + " '11111111-2222-3333-4444-555555555555'; there is none for any tenant.");
      }
      byIssuer.put(filled(template, tenant), tenant);
    }
    return new IssuerTemplate(template, Map.copyOf(byIssuer));
  }

  /** Every {@code iss} that is accepted. */
  Set<String> issuers() {
    return tenants.keySet();
  }

  /** Whether a token's {@code tid} is the tenant of its {@code iss}. */
  boolean isTenantOf(String iss, @Nullable Object tid) {
    String tenant = tenants.get(iss);
    return tenant != null && tenant.equals(tid);
  }

  /**
   * Whether a key may sign for an {@code iss}. Entra publishes keys of all tenants in one set, and
   * says in each whom it is for.
   *
   * @param ofKey the key's {@code issuer}, or null where it has none
   */
  boolean maySign(@Nullable String ofKey, String iss) {
    String tenant = tenants.get(iss);
    return ofKey == null || (tenant != null && filled(ofKey, tenant).equals(iss));
  }

  private static String filled(String template, String tenant) {
    return template.replace(TENANT, tenant);
  }
}

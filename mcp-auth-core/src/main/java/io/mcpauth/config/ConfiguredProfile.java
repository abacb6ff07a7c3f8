package io.mcpauth.config;

import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.ProviderProfile;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * The profile that settings name, and what they change of it.
 *
 * @param settings what is set
 * @param mistakes what is wrong with it
 */
record ConfiguredProfile(Settings settings, Mistakes mistakes) {
  private static final String APPLICATION = "application/";

  /** The server with its profile. */
  AuthorizationServer of(AuthorizationServer server) {
    String name = settings.value(Setting.PROFILE);
    if (name == null && !isChanged()) {
      return server;
    }
    ProviderProfile known =
        name == null
            ? server.profile()
            : mistakes.collect(
                server.profile(),
                () -> settings.naming(Setting.PROFILE, () -> ProviderProfile.named(name)));
    // Under a name of its own: in the log that of the table stands for the table's facts.
    return isChanged()
        ? server.withProfile(changed(known))
        : settings.naming(Setting.PROFILE, () -> server.withProfile(known.name()));
  }

  private boolean isChanged() {
    return List.of(
                Setting.SCOPE_CLAIM,
                Setting.SCOPE_SEPARATOR,
                Setting.CLIENT_ID_CLAIM,
                Setting.TOKEN_TYPES)
            .stream()
            .anyMatch(key -> settings.value(key) != null)
        || allowsAtHash();
  }

  private boolean allowsAtHash() {
    return mistakes.collect(false, () -> settings.flag(Setting.ALLOW_AT_HASH_IN_ACCESS_TOKENS));
  }

  private ProviderProfile changed(ProviderProfile known) {
    String name = known.name() + "-with-settings";
    ProviderProfile profile =
        withList(
            known,
            name,
            Setting.SCOPE_CLAIM,
            (to, claims) -> to.scopeClaims(claims).scopeForm(ProviderProfile.ScopeForm.EITHER));
    profile =
        withList(profile, name, Setting.CLIENT_ID_CLAIM, ProviderProfile.Builder::clientClaims);
    if (allowsAtHash()
        && !known.traits().contains(ProviderProfile.Trait.AT_HASH_IN_ACCESS_TOKENS)) {
      profile =
          with(
              profile,
              name,
              Setting.ALLOW_AT_HASH_IN_ACCESS_TOKENS,
              ProviderProfile.Builder::allowAtHashInAccessTokens);
    }
    String separator = settings.value(Setting.SCOPE_SEPARATOR);
    if (separator != null) {
      profile = with(profile, name, Setting.SCOPE_SEPARATOR, to -> to.scopeSeparator(separator));
    }
    ProviderProfile changed = profile;
    return mistakes.collect(changed, () -> withTypes(changed, known, name));
  }

  private ProviderProfile withTypes(ProviderProfile profile, ProviderProfile known, String name) {
    List<String> types = settings.values(Setting.TOKEN_TYPES);
    if (types.isEmpty()) {
      return profile;
    }
    String[] all = types(known, types);
    return with(profile, name, Setting.TOKEN_TYPES, to -> to.types(all));
  }

  private ProviderProfile withList(
      ProviderProfile profile,
      String name,
      Setting key,
      BiFunction<ProviderProfile.Builder, String[], ProviderProfile.Builder> change) {
    String[] claims = mistakes.collect(List.<String>of(), () -> claims(key)).toArray(String[]::new);
    return claims.length == 0 ? profile : with(profile, name, key, to -> change.apply(to, claims));
  }

  private List<String> claims(Setting key) {
    List<String> claims = settings.values(key);
    if (claims.stream().anyMatch(claim -> claim.startsWith("/"))) {
      throw settings.wrong(
          key,
          "with a path. Write the name of a claim at the top of the token: this one cannot lie in"
              + " another, so have the provider put it there.");
    }
    return claims;
  }

  /** Built at once, so that what does not fit is told of the setting that it is in, and alone. */
  private ProviderProfile with(
      ProviderProfile profile,
      String name,
      Setting key,
      UnaryOperator<ProviderProfile.Builder> change) {
    return mistakes.collect(
        profile, () -> settings.naming(key, () -> change.apply(profile.toBuilder(name)).build()));
  }

  private String[] types(ProviderProfile known, List<String> more) {
    if (known.isToldByTypeAlone()) {
      throw settings.wrong(
          Setting.TOKEN_TYPES,
          "but the profile '"
              + known.name()
              + "' tells access tokens from ID tokens by their type alone. Write a profile of its"
              + " own in code (ProviderProfile.builder), with marks.");
    }
    Set<String> types = new LinkedHashSet<>(known.types());
    for (String type : more) {
      String lower = type.toLowerCase(Locale.ROOT);
      types.add(lower.startsWith(APPLICATION) ? lower.substring(APPLICATION.length()) : lower);
    }
    return types.toArray(String[]::new);
  }
}

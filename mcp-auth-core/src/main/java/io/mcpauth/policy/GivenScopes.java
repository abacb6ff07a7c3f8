package io.mcpauth.policy;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Scopes that roles and groups give, for providers that issue none of their own.
 *
 * @param roleClaim where the roles are
 * @param groupClaim where the groups are
 * @param byRole the scopes of each role
 * @param byGroup the scopes of each group
 * @param alsoIssued those of them that the provider issues too, so that a client may ask for them
 * @param issuers the issuers whose roles and groups give them; none for all
 */
record GivenScopes(
    NamesClaim roleClaim,
    NamesClaim groupClaim,
    Map<String, List<String>> byRole,
    Map<String, List<String>> byGroup,
    Set<String> alsoIssued,
    Set<String> issuers)
    implements LivePolicy.Given {
  boolean isEmpty() {
    return byRole.isEmpty() && byGroup.isEmpty();
  }

  /** All scopes that some role or group gives. */
  Set<String> all() {
    Set<String> all = new LinkedHashSet<>();
    byRole.values().forEach(all::addAll);
    byGroup.values().forEach(all::addAll);
    return all;
  }

  /** Whether a role or group gives it and nothing else does: to ask for it would be in vain. */
  boolean areAllThatGive(String scope) {
    return !alsoIssued.contains(scope) && (givenBy(byRole, scope) || givenBy(byGroup, scope));
  }

  private static boolean givenBy(Map<String, List<String>> scopes, String scope) {
    return scopes.values().stream().anyMatch(given -> given.contains(scope));
  }

  @Override
  public Set<String> with(String issuer, Set<String> granted, Map<String, Object> claims) {
    // A name is unique only within its issuer: anybody's tenant can have a group 'admins'.
    if (isEmpty() || !(issuers.isEmpty() || issuers.contains(issuer))) {
      return granted;
    }
    Set<String> all = new LinkedHashSet<>(granted);
    add(all, byRole, roleClaim, claims);
    add(all, byGroup, groupClaim, claims);
    return all;
  }

  @Override
  public @Nullable Set<String> groups(Set<String> kept, Map<String, Object> claims) {
    return kept.contains(groupClaim.topLevel()) ? groupClaim.of(claims) : null;
  }

  private static void add(
      Set<String> all,
      Map<String, List<String>> scopes,
      NamesClaim claim,
      Map<String, Object> claims) {
    if (!scopes.isEmpty()) {
      claim.of(claims).forEach(name -> all.addAll(scopes.getOrDefault(name, List.of())));
    }
  }
}

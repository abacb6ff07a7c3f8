package io.mcpauth.policy;

import io.mcpauth.internal.net.SetOnce;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a rule asks of a caller. Everything in it has to hold; {@link #anonymous()} asks for
 * nothing, {@link #denied()} for what nobody has. Immutable: each method gives another one.
 *
 * <pre>{@code
 * Access deploy =
 *     Access.scopes("deploy")
 *         .role("ops")
 *         .unlessArgument("environment", List.of("dev", "test"), Access.scopes("deploy:prod"));
 * ToolPolicy policy = ToolPolicy.builder().tool("deploy", deploy).build();
 * }</pre>
 *
 * <p>Does not check: paths, prefixes or ranges in arguments. A tool knows what its arguments mean,
 * a policy does not.
 */
public final class Access {
  private static final Access ANONYMOUS = new Access(Kind.ANONYMOUS);
  private static final Access DENIED = new Access(Kind.DENIED);

  enum Kind {
    ANONYMOUS,
    DENIED,
    CREDENTIAL
  }

  /**
   * A claim with one of these values; a claim that is a list has one of them among its items.
   *
   * @param claim a claim's name, or a JSON Pointer (RFC 6901) to a place within one
   * @param values strings, booleans and {@code Long}
   */
  record ClaimCondition(String claim, Set<Object> values) {}

  private final Kind kind;
  private List<String> allOf = List.of();
  private List<List<String>> anyOf = List.of();
  private Set<String> roles = Set.of();
  private Set<String> groups = Set.of();
  private Set<Scheme> schemes = Set.of();
  private List<ClaimCondition> claims = List.of();
  private LoginCondition login = LoginCondition.NONE;
  private ActorCondition actors = ActorCondition.NONE;
  private List<ArgumentCondition> arguments = List.of();
  private Map<String, String> paramHeaders = Map.of();

  private Access(Kind kind) {
    this.kind = kind;
  }

  private Access(Access other) {
    this(other.kind);
    allOf = other.allOf;
    anyOf = other.anyOf;
    roles = other.roles;
    groups = other.groups;
    schemes = other.schemes;
    claims = other.claims;
    login = other.login;
    actors = other.actors;
    arguments = other.arguments;
    paramHeaders = other.paramHeaders;
  }

  /** Everybody, without a credential. Base scopes do not apply. */
  public static Access anonymous() {
    return ANONYMOUS;
  }

  /** Nobody, whatever the scopes are. */
  public static Access denied() {
    return DENIED;
  }

  /** A credential with all of these scopes, and the base scopes; with none, the base scopes. */
  public static Access scopes(String... allOf) {
    Access access = new Access(Kind.CREDENTIAL);
    access.allOf = Scopes.checked(allOf);
    return access;
  }

  /**
   * What an annotation asks for.
   *
   * @throws IllegalArgumentException if a scope cannot be written, a role is empty or twice, or it
   *     says that everybody is let in and asks for something
   */
  public static Access of(RequiresScopes declared) {
    boolean asks =
        declared.value().length + declared.roles().length + declared.schemes().length > 0;
    if (declared.anonymous()) {
      if (asks) {
        throw new IllegalArgumentException(
            "@RequiresScopes is anonymous and asks for something. Write one of both.");
      }
      return ANONYMOUS;
    }
    Access access = scopes(declared.value());
    access = declared.roles().length == 0 ? access : access.role(declared.roles());
    return declared.schemes().length == 0 ? access : access.scheme(declared.schemes());
  }

  /**
   * And one of these: each alternative is a scope, or several with a space between them, as OAuth
   * writes them. Where none is held, the challenge names the first that the client may have.
   */
  public Access anyOf(String... alternatives) {
    Access access = next(anyOf.isEmpty(), "anyOf");
    if (alternatives.length < 2) {
      throw new IllegalArgumentException(
          "anyOf "
              + Arrays.toString(alternatives)
              + " leaves no choice. Write two alternatives or more, or scopes(...).");
    }
    List<List<String>> all = new ArrayList<>();
    for (String alternative : alternatives) {
      all.add(Scopes.checked(alternative.split(" ", -1)));
    }
    access.anyOf = List.copyOf(all);
    return access;
  }

  /** And one of these roles, in the claim that {@link ToolPolicyBuilder#roleClaim} names. */
  public Access role(String... anyOf) {
    Access access = next(roles.isEmpty(), "role");
    access.roles = names("role", anyOf);
    return access;
  }

  /** And one of these groups, in the claim that {@link ToolPolicyBuilder#groupClaim} names. */
  public Access group(String... anyOf) {
    Access access = next(groups.isEmpty(), "group");
    access.groups = names("group", anyOf);
    return access;
  }

  /**
   * And a claim that is one of these values, or a list with one of them. May be called for several
   * claims; all of them have to hold.
   *
   * @param claim its name, such as {@code department}; or a JSON Pointer (RFC 6901) such as {@code
   *     /realm_access/roles}
   * @param values strings, booleans, {@code Integer} or {@code Long}
   */
  public Access claim(String claim, Object... values) {
    ClaimPath.require(claim);
    Access access = next(claims.stream().noneMatch(c -> c.claim().equals(claim)), claim);
    List<ClaimCondition> all = new ArrayList<>(claims);
    all.add(new ClaimCondition(claim, values("Claim '" + claim + "'", values)));
    access.claims = List.copyOf(all);
    return access;
  }

  /**
   * And a credential of one of these schemes. Without it those of all schemes, except {@link
   * Scheme#SESSION}: a browser's session gets at what names it, and at nothing else.
   */
  public Access scheme(Scheme... anyOf) {
    Access access = next(schemes.isEmpty(), "scheme");
    if (anyOf.length == 0) {
      throw new IllegalArgumentException("No scheme is named. Write one, such as BEARER.");
    }
    access.schemes = Set.copyOf(Arrays.asList(anyOf));
    return access;
  }

  /**
   * And a login of one of these kinds, the {@code acr} of the token (RFC 9470). Where it is another
   * one or missing, a user's client is asked for such a login, with a 401 that names them.
   *
   * @param oneOf as the authorization server writes them, the best first
   */
  public Access acr(String... oneOf) {
    Access access = next(login.acr() == null, "acr");
    access.login = login.withAcr(oneOf);
    return access;
  }

  /**
   * And a login that is no longer ago, by the {@code auth_time} of the token (RFC 9470), the clock
   * skew added. Judged on each request; where it is too long ago or missing, a user's client is
   * asked for another login, with a 401 that names the age. A stream or call that has begun is not
   * cut when the time is over.
   *
   * @param longest whole seconds, from one to ten years of them
   */
  public Access maxAge(Duration longest) {
    Access access = next(login.maxAge() == null, "maxAge");
    access.login = login.withMaxAge(longest);
    return access;
  }

  /**
   * And somebody who acts for the subject of the token, one of these: the current actor, the
   * outermost {@code act} of the token (RFC 8693 section 4.1). Without this anybody may act whom
   * the issuer lets.
   *
   * @param oneOf the {@code client_id} of the actor, or its {@code sub} where it has none; an actor
   *     whose {@code iss} is not that of the token is none of them
   */
  public Access actor(String... oneOf) {
    Access access = next(actors.isNone(), "actor");
    access.actors = ActorCondition.of(ActorCondition.Kind.NAMED, oneOf);
    return access;
  }

  /**
   * As {@link #actor}, and besides the subject itself, with a token that names no actor.
   *
   * @param oneOf with none, nobody may act for another
   */
  public Access actorIfAny(String... oneOf) {
    Access access = next(actors.isNone(), "actor");
    access.actors = ActorCondition.of(ActorCondition.Kind.IF_ANY, oneOf);
    return access;
  }

  /**
   * And more, unless an argument of the call is one of these values: {@link #whenArgument} with
   * nothing under {@code then}, which is how a scope is best asked for.
   *
   * @param argument the name of an argument, a member of {@code params.arguments}
   * @param harmless strings, booleans, {@code Integer} or {@code Long}
   * @param otherwise asked for besides, also where the argument is absent or unclear
   */
  public Access unlessArgument(String argument, List<?> harmless, Access otherwise) {
    return whenArgument(argument, harmless, null, otherwise);
  }

  /**
   * And more, depending on an argument of the call: {@code then} where it is one of the values,
   * {@code otherwise} where it is another one of a type that is listed. Where it is absent, of
   * another type ({@code "true"} for {@code true}), or spelt in another case, both apply, which is
   * the stricter rule. May be called for several arguments.
   *
   * <p>List the harmless values and put the scope under {@code otherwise}: what is not listed is
   * then the guarded case, also {@code PROD} for {@code prod}.
   *
   * @param argument the name of an argument, a member of {@code params.arguments}
   * @param values strings, booleans, {@code Integer} or {@code Long}
   * @param then asked for besides; null for nothing
   * @param otherwise asked for besides; null for nothing
   */
  public Access whenArgument(
      String argument, List<?> values, @Nullable Access then, @Nullable Access otherwise) {
    if (kind == Kind.DENIED) {
      throw new IllegalArgumentException("What is denied cannot depend on an argument.");
    }
    boolean fresh = arguments.stream().noneMatch(c -> c.argument().equals(argument));
    Access access = fresh ? new Access(this) : next(false, argument);
    requireBranch(argument, then);
    requireBranch(argument, otherwise);
    if (argument.isEmpty() || (then == null && otherwise == null)) {
      throw new IllegalArgumentException(
          "Argument '" + argument + "' changes nothing. Write its name, and what it asks for.");
    }
    List<ArgumentCondition> all = new ArrayList<>(arguments);
    Set<Object> listed = values("Argument '" + argument + "'", values.toArray());
    all.add(new ArgumentCondition(argument, listed, then, otherwise));
    access.arguments = List.copyOf(all);
    return access;
  }

  /**
   * Compares an argument with the header {@code Mcp-Param-{suffix}} that mirrors it (revision
   * 2026-07-28, {@code x-mcp-header}); where they differ the call is refused. In an older revision,
   * which knows no such header, where it is there all the same. For a gateway between that routes
   * by the header.
   */
  public Access paramHeader(String argument, String suffix) {
    if (kind == Kind.DENIED) {
      throw new IllegalArgumentException("What is denied has no headers to compare.");
    }
    if (argument.isEmpty()
        || suffix.regionMatches(true, 0, "Mcp-Param-", 0, 10)
        || !suffix.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
      throw new IllegalArgumentException(
          "Header suffix '"
              + suffix
              + "' of argument '"
              + argument
              + "' is no header name. Write what stands behind 'Mcp-Param-'.");
    }
    SetOnce.require(!paramHeaders.containsKey(argument), "The header of '" + argument + "'");
    Access access = new Access(this);
    Map<String, String> all = new LinkedHashMap<>(paramHeaders);
    all.put(argument, suffix);
    access.paramHeaders = Collections.unmodifiableMap(all);
    return access;
  }

  Kind kind() {
    return kind;
  }

  /** Whether both ask for the same. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Access that && asks().equals(that.asks());
  }

  @Override
  public int hashCode() {
    return asks().hashCode();
  }

  private List<Object> asks() {
    return List.of(
        kind, allOf, anyOf, roles, groups, schemes, claims, login, actors, arguments, paramHeaders);
  }

  List<String> allOf() {
    return allOf;
  }

  List<List<String>> anyOf() {
    return anyOf;
  }

  Set<String> roles() {
    return roles;
  }

  Set<String> groups() {
    return groups;
  }

  Set<Scheme> schemes() {
    return schemes;
  }

  List<ClaimCondition> claims() {
    return claims;
  }

  LoginCondition login() {
    return login;
  }

  ActorCondition actors() {
    return actors;
  }

  List<ArgumentCondition> arguments() {
    return arguments;
  }

  Map<String, String> paramHeaders() {
    return paramHeaders;
  }

  /** This and what its arguments may add. */
  List<Access> withBranches() {
    List<Access> all = new ArrayList<>(List.of(this));
    for (ArgumentCondition condition : arguments) {
      if (condition.then() != null) {
        all.add(condition.then());
      }
      if (condition.otherwise() != null) {
        all.add(condition.otherwise());
      }
    }
    return all;
  }

  /** Whether two callers may fare differently for other things than their scopes. */
  boolean isPersonal() {
    return withBranches().stream()
        .anyMatch(
            access ->
                !(access.roles.isEmpty()
                    && access.groups.isEmpty()
                    && access.schemes.isEmpty()
                    && access.claims.isEmpty()
                    && access.login.isNone()
                    && access.actors.isNone()));
  }

  /** What it asks for, for explanations. */
  @Override
  public String toString() {
    if (kind != Kind.CREDENTIAL) {
      return kind == Kind.DENIED ? "denied" : "anonymous";
    }
    StringBuilder text = new StringBuilder("scopes ").append(allOf);
    append(text, "any of", anyOf);
    append(text, "roles", roles);
    append(text, "groups", groups);
    append(text, "schemes", schemes);
    append(text, "claims", claims.stream().map(ClaimCondition::claim).toList());
    for (Object condition : List.of(login, actors)) {
      String asked = condition.toString();
      text.append(asked.isEmpty() ? "" : ", ").append(asked);
    }
    return text.toString();
  }

  private static void append(StringBuilder text, String what, Collection<?> items) {
    if (!items.isEmpty()) {
      text.append(", ").append(what).append(' ').append(items);
    }
  }

  private Access next(boolean fresh, String what) {
    if (kind != Kind.CREDENTIAL) {
      throw new IllegalArgumentException(
          "What is " + (kind == Kind.DENIED ? "denied" : "anonymous") + " has no conditions.");
    }
    SetOnce.require(fresh, "'" + what + "'");
    return new Access(this);
  }

  private static void requireBranch(String argument, @Nullable Access branch) {
    if (branch != null
        && (branch.kind == Kind.ANONYMOUS
            || !branch.arguments.isEmpty()
            || !branch.paramHeaders.isEmpty())) {
      throw new IllegalArgumentException(
          "What argument '"
              + argument
              + "' adds cannot be anonymous, nor depend on another argument.");
    }
  }

  private static Set<String> names(String what, String... names) {
    Set<String> all = new LinkedHashSet<>(Arrays.asList(names));
    if (all.isEmpty() || all.size() != names.length || all.contains("")) {
      throw new IllegalArgumentException(
          "The " + what + "s " + Arrays.toString(names) + " are none, or one is empty or twice.");
    }
    return Set.copyOf(all);
  }

  private static Set<Object> values(String what, Object... values) {
    Set<Object> all = new LinkedHashSet<>();
    for (Object value : values) {
      Object kept = value instanceof Integer number ? Long.valueOf(number) : value;
      if (!(kept instanceof String || kept instanceof Boolean || kept instanceof Long)) {
        throw new IllegalArgumentException(
            what + " is compared with strings, booleans and integers only.");
      }
      if (kept instanceof Long integer && !ArgumentReader.isExact(integer)) {
        throw new IllegalArgumentException(
            what + " lists an integer beyond 2^53-1, which not every reader sees alike.");
      }
      if (!all.add(kept)) {
        throw new IllegalArgumentException(what + " lists a value twice. Write it once.");
      }
    }
    if (all.isEmpty()) {
      throw new IllegalArgumentException(what + " is compared with nothing. Write its values.");
    }
    return Set.copyOf(all);
  }
}

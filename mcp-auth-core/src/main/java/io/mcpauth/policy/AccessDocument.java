package io.mcpauth.policy;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads what a rule asks for out of a policy document, by the methods that code calls too. */
final class AccessDocument {
  private static final Set<String> WORDS = new TreeSet<>(Set.of("anonymous", "base", "denied"));
  private static final Set<String> MEMBERS =
      new TreeSet<>(
          Set.of(
              "acr",
              "actors",
              "actorsIfAny",
              "anonymous",
              "anyOf",
              "arguments",
              "claims",
              "groups",
              "maxAge",
              "paramHeaders",
              "roles",
              "schemes",
              "scopes"));
  private static final Set<String> CONDITION_MEMBERS =
      new TreeSet<>(Set.of("equals", "in", "otherwise", "then"));

  private AccessDocument() {}

  /** A word, an array of scopes, or an object with conditions. */
  static Access read(DocumentValue rule) {
    if (rule.isHollow()) {
      throw rule.problem("is empty; write \"base\" where the base scopes are enough");
    }
    if (rule.isList()) {
      return Access.scopes(scopes(rule));
    }
    if (rule.isObject()) {
      return object(rule);
    }
    return switch (String.valueOf(rule.content())) {
      case "anonymous" -> Access.anonymous();
      case "base" -> Access.scopes();
      case "denied" -> Access.denied();
      default -> throw rule.wrongType("one of " + WORDS + ", an array of scopes, or an object");
    };
  }

  /** The scopes of an array, each of which is pointed to where it is none. */
  static String[] scopes(DocumentValue list) {
    String[] scopes = list.texts();
    for (DocumentValue item : list.items()) {
      item.pointTo(() -> Scopes.require(item.text()));
    }
    return scopes;
  }

  private static Access object(DocumentValue rule) {
    Map<String, DocumentValue> members = new LinkedHashMap<>(rule.members(MEMBERS));
    Access access = start(members);
    if (members.isEmpty() && access.kind() != Access.Kind.ANONYMOUS && access.allOf().isEmpty()) {
      throw rule.problem("asks for nothing; write \"base\" where the base scopes are enough");
    }
    for (Map.Entry<String, DocumentValue> member : members.entrySet()) {
      Access before = access;
      DocumentValue value = member.getValue();
      access =
          switch (member.getKey()) {
            case "anyOf" -> anyOf(before, value);
            case "roles" -> names(value, before::role);
            case "groups" -> names(value, before::group);
            case "schemes" -> schemes(before, value);
            case "claims" -> claims(before, value);
            case "acr" -> names(value, before::acr);
            case "maxAge" -> maxAge(before, value);
            case "actors" -> names(value, before::actor);
            case "actorsIfAny" -> actorsIfAny(before, value);
            case "arguments" -> arguments(before, value);
            default -> paramHeaders(before, value);
          };
    }
    return access;
  }

  private static Access start(Map<String, DocumentValue> members) {
    DocumentValue anonymous = members.remove("anonymous");
    DocumentValue scopes = members.remove("scopes");
    if (anonymous != null && anonymous.flag()) {
      if (scopes != null) {
        throw scopes.problemOfName("contradicts \"anonymous\": true; remove one of them");
      }
      return Access.anonymous();
    }
    return scopes == null ? Access.scopes() : Access.scopes(scopes(scopes));
  }

  private static Access anyOf(Access access, DocumentValue value) {
    String[] alternatives = value.texts();
    if (alternatives.length < 2) {
      throw value.problem("leaves no choice; write two alternatives or more, or \"scopes\"");
    }
    for (DocumentValue item : value.items()) {
      List<String> unused = item.placed(() -> Scopes.checked(item.text().split(" ", -1)));
    }
    return value.placed(() -> access.anyOf(alternatives));
  }

  private static Access names(DocumentValue value, Function<String[], Access> condition) {
    String[] names = value.texts();
    return value.placed(() -> condition.apply(names));
  }

  private static Access maxAge(Access access, DocumentValue value) {
    if (!(value.content() instanceof Long seconds)) {
      throw value.wrongType("whole seconds");
    }
    return value.placed(() -> access.maxAge(Duration.ofSeconds(seconds)));
  }

  /** An empty array says that nobody may act for another. */
  private static Access actorsIfAny(Access access, DocumentValue value) {
    String[] names = value.isList() && value.isHollow() ? new String[0] : value.texts();
    return value.placed(() -> access.actorIfAny(names));
  }

  private static Access schemes(Access access, DocumentValue value) {
    Scheme[] schemes =
        value.items().stream().map(AccessDocument::scheme).distinct().toArray(Scheme[]::new);
    if (schemes.length < value.items().size()) {
      throw value.problem("names a scheme twice; write it once");
    }
    return value.placed(() -> access.scheme(schemes));
  }

  /** RFC 9110 section 11.1: whatever the case of its letters. */
  private static Scheme scheme(DocumentValue value) {
    String text = value.text();
    for (Scheme scheme : Scheme.values()) {
      if (scheme.wire().equalsIgnoreCase(text)) {
        return scheme;
      }
    }
    List<String> known = Arrays.stream(Scheme.values()).map(Scheme::wire).toList();
    throw value.problem("is '" + text + "'; write one of " + known);
  }

  private static Access claims(Access access, DocumentValue value) {
    Access with = access;
    for (Map.Entry<String, DocumentValue> claim : value.members().entrySet()) {
      Access before = with;
      Object[] values = claim.getValue().scalars();
      with = claim.getValue().placed(() -> before.claim(claim.getKey(), values));
    }
    return with;
  }

  private static Access arguments(Access access, DocumentValue value) {
    Access with = access;
    for (Map.Entry<String, DocumentValue> argument : value.members().entrySet()) {
      Access before = with;
      DocumentValue condition = argument.getValue();
      Map<String, DocumentValue> members = condition.members(CONDITION_MEMBERS);
      List<Object> values = Arrays.asList(values(condition, members));
      Access then = branch(members.get("then"));
      Access otherwise = branch(members.get("otherwise"));
      with =
          condition.placed(() -> before.whenArgument(argument.getKey(), values, then, otherwise));
    }
    return with;
  }

  private static Object[] values(DocumentValue condition, Map<String, DocumentValue> members) {
    DocumentValue in = members.get("in");
    DocumentValue equal = members.get("equals");
    if ((in == null) == (equal == null)) {
      throw condition.problem("needs either \"in\" with an array or \"equals\" with one value");
    }
    if (equal != null) {
      return new Object[] {equal.scalar()};
    }
    if (in == null || !in.isList()) {
      throw condition.problem("has an \"in\" that is no array; write [...], or \"equals\"");
    }
    return in.scalars();
  }

  private static @Nullable Access branch(@Nullable DocumentValue value) {
    return value == null ? null : read(value);
  }

  private static Access paramHeaders(Access access, DocumentValue value) {
    Access with = access;
    for (Map.Entry<String, DocumentValue> header : value.members().entrySet()) {
      Access before = with;
      String suffix = header.getValue().text();
      with = header.getValue().placed(() -> before.paramHeader(header.getKey(), suffix));
    }
    return with;
  }
}

package io.mcpauth.policy;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Reads a policy out of a JSON document by calling the builder that code calls too, so that both
 * make the same rules. What it does not know, it refuses.
 */
final class PolicyDocument {
  static final int MAX_BYTES = 1024 * 1024;

  private static final Set<String> MEMBERS =
      new TreeSet<>(
          Set.of(
              "alsoIssued",
              "base",
              "challengeOnlyRequired",
              "clients",
              "givenByIssuers",
              "groupClaim",
              "groupScopes",
              "groupSeparator",
              "implies",
              "initial",
              "listOnlyGranted",
              "methods",
              "prompts",
              "resources",
              "roleClaim",
              "roleScopes",
              "roleSeparator",
              "scopes",
              "toolListComplete",
              "tools",
              "wildcardScopes"));
  private static final Set<String> TEXT_MEMBERS = new TreeSet<>(Set.of("description", "name"));
  private static final Set<String> CLIENT_MEMBERS =
      new TreeSet<>(Set.of("challengeInToolResult", "clientId", "issuer", "maxScopes"));

  private final ToolPolicyBuilder builder = ToolPolicy.builder();
  private final Map<ClientRule.Client, DocumentValue> clients = new LinkedHashMap<>();

  private PolicyDocument() {}

  /**
   * The policy of a document in a string, half of a character in which is no question mark: that
   * would be another rule.
   *
   * @throws IllegalArgumentException at the first mistake, with its place
   */
  static ToolPolicy read(String json) {
    if (json.endsWith(".json")) {
      throw new IllegalArgumentException(
          "'"
              + json
              + "' is no policy but the name of a file. Write ToolPolicy.fromJson(Path.of(...)).");
    }
    try {
      ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(json));
      byte[] bytes = new byte[utf8.remaining()];
      utf8.get(bytes);
      return read(bytes, "policy");
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("policy: a character in it is only a half of one.", e);
    }
  }

  /**
   * The policy of a document.
   *
   * @param name how messages call the document
   * @throws IllegalArgumentException at the first mistake, with its place
   */
  static ToolPolicy read(byte[] utf8, String name) {
    requireSize(utf8, name);
    DocumentValue root = DocumentReader.read(utf8, name);
    PolicyDocument document = new PolicyDocument();
    root.members(MEMBERS).forEach(document::member);
    PolicyRules rules = root.placed(document.builder::rules);
    document.clients.forEach(
        (client, at) -> at.pointTo(() -> ToolPolicyBuilder.requireUsableCap(rules, client)));
    return root.placed(document.builder::build);
  }

  static void requireSize(byte[] utf8, String name) {
    if (utf8.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          name + " is larger than 1 MiB. Write patterns instead of so many rules.");
    }
  }

  private void member(String name, DocumentValue value) {
    switch (name) {
      case "base" -> scopes(value, builder::baseScopes);
      case "initial" -> scopes(value, builder::initialScopes);
      case "wildcardScopes" -> wildcards(value);
      case "implies" -> value.members().forEach(this::implies);
      case "roleClaim" -> text(value, builder::roleClaim);
      case "groupClaim" -> text(value, builder::groupClaim);
      case "roleSeparator" -> text(value, builder::roleSeparator);
      case "groupSeparator" -> text(value, builder::groupSeparator);
      case "roleScopes" -> given(value, builder::roleScopes);
      case "groupScopes" -> given(value, builder::groupScopes);
      case "alsoIssued" -> scopes(value, builder::alsoIssued);
      case "givenByIssuers" -> issuers(value);
      case "scopes" -> value.members().forEach(this::scopeText);
      case "tools" -> rules(value, builder::tool);
      case "prompts" -> rules(value, builder::prompt);
      case "resources" -> rules(value, builder::resource);
      case "methods" -> methods(value);
      case "clients" -> value.items().forEach(this::client);
      case "challengeOnlyRequired" -> option(value, builder::challengeOnlyRequired);
      case "listOnlyGranted" -> option(value, builder::listOnlyGranted);
      default -> option(value, builder::toolListComplete);
    }
  }

  private static void scopes(DocumentValue value, Consumer<String[]> setting) {
    String[] scopes = AccessDocument.scopes(value);
    value.pointTo(() -> setting.accept(scopes));
  }

  private void issuers(DocumentValue value) {
    String[] issuers = value.texts();
    value.pointTo(() -> builder.givenByIssuers(issuers));
  }

  private void scopeText(String scope, DocumentValue value) {
    if (!value.isObject()) {
      String name = value.text();
      value.pointTo(() -> builder.scopeText(scope, name, ""));
      return;
    }
    Map<String, DocumentValue> members = value.members(TEXT_MEMBERS);
    DocumentValue name = members.get("name");
    if (name == null) {
      throw value.problem("has no \"name\"; write a few words for people");
    }
    DocumentValue description = members.get("description");
    String text = description == null ? "" : description.text();
    value.pointTo(() -> builder.scopeText(scope, name.text(), text));
  }

  private static void given(DocumentValue value, BiConsumer<String, String[]> setting) {
    value
        .members()
        .forEach(
            (name, scopes) -> {
              String[] all = AccessDocument.scopes(scopes);
              scopes.pointTo(() -> setting.accept(name, all));
            });
  }

  private static void text(DocumentValue value, Consumer<String> setting) {
    String text = value.text();
    value.pointTo(() -> setting.accept(text));
  }

  private static void option(DocumentValue value, Runnable setting) {
    if (value.flag()) {
      setting.run();
    }
  }

  private static void rules(DocumentValue section, BiConsumer<String, Access> setting) {
    section
        .members()
        .forEach(
            (name, value) -> {
              Access access = AccessDocument.read(value);
              value.pointTo(() -> setting.accept(name, access));
            });
  }

  private void methods(DocumentValue section) {
    DocumentValue calls = section.members().get(RpcCalls.Message.TOOLS_CALL);
    if (calls != null) {
      throw calls.problemOfName("has rules of its own; write them under \"tools\"");
    }
    rules(section, builder::method);
  }

  private void wildcards(DocumentValue value) {
    String[] scopes = AccessDocument.scopes(value);
    for (DocumentValue item : value.items()) {
      if (item.text().indexOf('*') < 0) {
        throw item.problem("is '" + item.text() + "' without a '*'; write it under \"implies\"");
      }
    }
    value.pointTo(() -> builder.wildcardScopes(scopes));
  }

  private void implies(String broad, DocumentValue value) {
    String[] narrow = AccessDocument.scopes(value);
    value.pointTo(() -> builder.implies(broad, narrow));
  }

  private void client(DocumentValue value) {
    Map<String, DocumentValue> members = value.members(CLIENT_MEMBERS);
    String issuer = required(value, members, "issuer");
    String clientId = required(value, members, "clientId");
    DocumentValue maxScopes = members.get("maxScopes");
    DocumentValue inToolResult = members.get("challengeInToolResult");
    boolean toolResult = inToolResult != null && inToolResult.flag();
    if (maxScopes == null && !toolResult) {
      throw value.problem(
          "changes nothing; write \"maxScopes\" or \"challengeInToolResult\": true");
    }
    DocumentValue at = maxScopes == null ? value : maxScopes;
    if (clients.putIfAbsent(new ClientRule.Client(issuer, clientId), at) != null) {
      throw value.problem("is a client that is there already; write it once");
    }
    if (maxScopes != null) {
      String[] cap =
          maxScopes.isList() && maxScopes.isHollow()
              ? new String[0]
              : AccessDocument.scopes(maxScopes);
      maxScopes.pointTo(() -> builder.maxScopes(issuer, clientId, cap));
    }
    if (toolResult) {
      value.pointTo(() -> builder.challengeInToolResult(issuer, clientId));
    }
  }

  private static String required(
      DocumentValue client, Map<String, DocumentValue> members, String name) {
    DocumentValue value = members.get(name);
    if (value == null) {
      throw client.problem("has no \"" + name + "\"; write it, a client is known by both");
    }
    return value.text();
  }
}

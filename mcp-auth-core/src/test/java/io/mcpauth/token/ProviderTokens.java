package io.mcpauth.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import io.mcpauth.testing.TestIssuer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tokens as one configured provider sends them, and what becomes of them.
 *
 * @param server how the provider is configured
 * @param table the tokens, with an empty line between two: what it is {@code ->} the verdict, then
 *     the header and the claims, or an opaque token. A verdict is a reason code, or subject, client
 *     and scopes, with {@code -} for none
 */
record ProviderTokens(AuthorizationServer server, String table) {
  /**
   * One token.
   *
   * @param server how its provider is configured
   * @param what it is
   * @param verdict what becomes of it
   * @param header its header, or the whole of an opaque token
   * @param claims its claims, or nothing
   */
  record Row(
      AuthorizationServer server, String what, String verdict, String header, String claims) {
    /** The token in compact form; the key of the issuer takes the place of the provider's. */
    String mint(TestIssuer issuer) {
      if (!header.startsWith("{")) {
        return header;
      }
      TestIssuer.Token token = issuer.token("");
      for (String name : List.of("iss", "sub", "aud", "client_id", "iat", "jti", "exp")) {
        token.withoutClaim(name);
      }
      token.withoutHeader("typ");
      Map<String, @Nullable Object> members = object(header);
      if (!members.containsKey("kid")) {
        token.withoutHeader("kid");
      }
      members.forEach(
          (name, value) -> {
            if (!name.equals("kid")) {
              token.header(name, present(value));
            }
          });
      object(claims).forEach((name, value) -> token.claim(name, present(value)));
      return token.mint();
    }

    @Override
    public String toString() {
      return server.profile().name() + ": " + what + " -> " + verdict;
    }
  }

  List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (String block : table.strip().split("\n\n", -1)) {
      String[] lines = block.split("\n", 3);
      String[] title = lines[0].split(" -> ", -1);
      assertThat(title).as("title of %s", block).hasSize(2);
      rows.add(new Row(server, title[0], title[1], lines[1], lines.length < 3 ? "" : lines[2]));
    }
    return rows;
  }

  private static Map<String, @Nullable Object> object(String json) {
    try {
      return Json.object(json.getBytes(StandardCharsets.UTF_8));
    } catch (InvalidJsonException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  private static Object present(@Nullable Object value) {
    if (value == null) {
      throw new IllegalArgumentException("A provider leaves a claim out rather than send null");
    }
    return value;
  }
}

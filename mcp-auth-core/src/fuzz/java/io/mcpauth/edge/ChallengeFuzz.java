package io.mcpauth.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.mcpauth.error.OAuthError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whatever is put into a challenge, it stays one challenge on one line. */
class ChallengeFuzz {
  private static final String URL =
      "https://mcp.example.com/.well-known/oauth-protected-resource/mcp";

  /** RFC 9110 section 11.2 without the optional white space, RFC 6750 section 3 inside. */
  private static final Pattern PARAMETER =
      Pattern.compile("([a-z_]+)=\"([ !#-\\[\\]-~]*)\"(?:, (?=[a-z])|$)");

  @FuzzTest
  @DictionaryEntries({"\"", "\\", "\", error=\"", "=", ",", "Basic "})
  void challenge_isOneLineOfWellFormedParameters(FuzzedDataProvider data) {
    String realm = data.consumeBoolean() ? data.consumeString(40) : null;
    OAuthError error = data.consumeBoolean() ? data.pickValue(OAuthError.values()) : null;
    String description = data.consumeBoolean() ? data.consumeString(80) : null;
    List<String> scopes = new ArrayList<>();
    for (int i = data.consumeInt(0, 4); i > 0; i--) {
      scopes.add(data.consumeString(20));
    }

    String value =
        new Challenge(URL + data.consumeRemainingAsString(), realm, List.of())
            .value(error, scopes, description);

    Map<String, String> parameters = parse(value);
    assertThat(parameters).containsKey("resource_metadata");
    assertThat(parameters.get("resource_metadata")).startsWith(URL);
    assertThat(parameters.get("error")).isEqualTo(error == null ? null : error.wire());
    assertThat(parameters.containsKey("scope")).isEqualTo(!scopes.isEmpty());
    assertThat(parameters.containsKey("realm")).isEqualTo(realm != null);
    assertThat(parameters.containsKey("error_description"))
        .isEqualTo(error != null && description != null);
    assertThat(parameters.getOrDefault("error_description", "")).doesNotContain("=");
  }

  private static Map<String, String> parse(String value) {
    assertThat(value).startsWith("Bearer ");
    Map<String, String> parameters = new LinkedHashMap<>();
    Matcher matcher = PARAMETER.matcher(value).region("Bearer ".length(), value.length());
    while (matcher.lookingAt()) {
      assertThat(parameters.put(matcher.group(1), matcher.group(2))).as("seen before").isNull();
      matcher.region(matcher.end(), value.length());
    }
    assertThat(matcher.regionStart()).as("read to the end: %s", value).isEqualTo(value.length());
    return parameters;
  }
}

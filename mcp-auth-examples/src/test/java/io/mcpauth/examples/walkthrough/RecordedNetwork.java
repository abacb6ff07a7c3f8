package io.mcpauth.examples.walkthrough;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The real network, with a memory of every secret that went over it. */
final class RecordedNetwork implements Network {
  private static final Pattern PARAMETER =
      Pattern.compile(
          "(?:^|[?&])(?:code|code_verifier|access_token|refresh_token|token|password|state|_csrf|form|client_secret)"
              + "=([^&]+)");
  private static final Pattern MEMBER =
      Pattern.compile("\"(?:access_token|refresh_token|client_secret)\" ?: ?\"([^\"]+)\"");
  private static final Pattern FIELD =
      Pattern.compile("name=\"(?:state|_csrf|form)\" value=\"([^\"]+)\"");
  private static final Pattern COOKIE = Pattern.compile("^[^=;]+=([^;]+)");

  private final Network network = Network.http();
  private final List<Answer> answers = new ArrayList<>();
  private final Set<String> secrets = new LinkedHashSet<>();

  @Override
  public Answer send(Request request) throws IOException {
    Answer answer = network.send(request);
    answers.add(answer);
    find(PARAMETER, String.valueOf(request.uri().getRawQuery()));
    find(PARAMETER, String.valueOf(request.body()));
    for (Request.Header header : request.headers()) {
      if (header.name().equals("Authorization")) {
        secrets.add(header.value().substring("Bearer ".length()));
      }
      if (header.name().equals("Cookie")) {
        find(COOKIE, header.value());
      }
    }
    find(PARAMETER, answer.header("Location"));
    find(MEMBER, answer.body());
    find(FIELD, answer.body());
    answer.headers().allValues("Set-Cookie").forEach(value -> find(COOKIE, value));
    secrets.addAll(answer.headers().allValues("Mcp-Session-Id"));
    return answer;
  }

  private void find(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      secrets.add(matcher.group(1));
      secrets.add(URLDecoder.decode(matcher.group(1), StandardCharsets.UTF_8));
    }
  }

  List<Answer> answers() {
    return answers;
  }

  Set<String> secrets() {
    return secrets;
  }
}

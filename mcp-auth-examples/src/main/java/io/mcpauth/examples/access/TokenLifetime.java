package io.mcpauth.examples.access;

import java.time.Duration;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;

/** How long access tokens last, as it is written on a command line: in seconds, or with a unit. */
final class TokenLifetime implements ITypeConverter<Duration> {
  private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");

  @Override
  public Duration convert(String text) {
    return SECONDS.matcher(text).matches()
        ? Duration.ofSeconds(Long.parseLong(text))
        : new SpanOfTime().convert(text);
  }
}

package io.mcpauth.examples.access;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How long something lasts, as it is written on a command line: a number and a unit. */
final class SpanOfTime implements ITypeConverter<Duration> {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9})([smhd]?)");

  @Override
  public Duration convert(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw none(text);
    }
    long number = Long.parseLong(form.group(1));
    return switch (form.group(2)) {
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      case "d" -> Duration.ofDays(number);
      default -> {
        if (number != 0) {
          throw none(text);
        }
        yield Duration.ZERO;
      }
    };
  }

  private static TypeConversionException none(String text) {
    return new TypeConversionException(
        "'" + text + "' is no span of time. Write a number with s, m, h or d, such as 90d or 24h");
  }
}

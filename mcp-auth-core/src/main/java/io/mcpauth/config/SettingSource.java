package io.mcpauth.config;

import io.mcpauth.internal.net.SetOnce;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A named place where values of settings come from. What it holds is copied, so that a later change
 * is not seen.
 */
public final class SettingSource {
  /** How a place treats what it holds. */
  private enum Kind {
    SYSTEM_PROPERTIES,
    ENVIRONMENT,
    INIT_PARAMETERS,
    CONTEXT_PARAMETERS,
    APPLICATION
  }

  private final Kind kind;
  private final String name;
  private final Map<String, String> values;
  private final @Nullable UnaryOperator<String> spelling;

  private SettingSource(Kind kind, String name, Map<String, String> values) {
    this(kind, name, values, null);
  }

  private SettingSource(
      Kind kind,
      String name,
      Map<String, String> values,
      @Nullable UnaryOperator<String> spelling) {
    this.kind = kind;
    this.name = name;
    this.values = new LinkedHashMap<>(values);
    this.spelling = spelling;
  }

  /** The properties that are strings, such as those of {@link System#getProperties()}. */
  public static SettingSource systemProperties(Properties properties) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String name : properties.stringPropertyNames()) {
      String value = properties.getProperty(name);
      if (value != null) { // removed meanwhile
        values.put(name, value);
      }
    }
    return new SettingSource(Kind.SYSTEM_PROPERTIES, "system property", values);
  }

  /** The variables of the process, as {@link System#getenv()} has them. May hold secrets. */
  public static SettingSource environment(Map<String, String> variables) {
    return new SettingSource(Kind.ENVIRONMENT, "environment", variables);
  }

  /**
   * Init-parameters of a filter or servlet. They are there for this library alone, so an unknown
   * name is a mistake whatever it begins with.
   *
   * @param where whose they are, for messages, such as {@code filter 'mcp-auth'}
   */
  public static SettingSource initParameters(String where, Map<String, String> parameters) {
    return new SettingSource(Kind.INIT_PARAMETERS, "init-param of " + where, parameters);
  }

  /** Parameters of the whole web application, which others use too. */
  public static SettingSource contextParameters(Map<String, String> parameters) {
    return new SettingSource(Kind.CONTEXT_PARAMETERS, "context-param", parameters);
  }

  /**
   * What an application has read itself from the places of its framework. May hold secrets.
   *
   * @param where whose they are, for messages, such as the name of a file
   * @param values by the names of the settings, such as {@code MCP_AUTH_RESOURCE}; others are a
   *     mistake where they begin so
   */
  public static SettingSource ofApplication(String where, Map<String, String> values) {
    return new SettingSource(Kind.APPLICATION, where, values);
  }

  /**
   * The same place, whose names messages spell as whoever writes into it does. By default they are
   * the names of the settings.
   *
   * @param spelling of a name, also of one that is no setting: {@code mcp.auth.resource} for {@code
   *     MCP_AUTH_RESOURCE}
   * @throws IllegalArgumentException if it was said before
   */
  public SettingSource spelling(UnaryOperator<String> spelling) {
    SetOnce.require(this.spelling == null, "The spelling");
    return new SettingSource(kind, name, values, spelling);
  }

  /** What messages call it. */
  String name() {
    return name;
  }

  /** The name of a setting as it is written here. */
  String spelled(String setting) {
    return spelling == null ? setting : spelling.apply(setting);
  }

  boolean hasOwnSpelling() {
    return spelling != null;
  }

  Map<String, String> values() {
    return values;
  }

  /** Whether it is read by this library alone. */
  boolean ownNamesOnly() {
    return kind == Kind.INIT_PARAMETERS;
  }

  /**
   * Whether secrets may be in it: system properties are on the command line, which every user of
   * the machine can list, and the others are packaged with the application.
   */
  boolean mayHoldSecrets() {
    return kind == Kind.ENVIRONMENT || kind == Kind.APPLICATION;
  }

  /** The name and no value. */
  @Override
  public String toString() {
    return "SettingSource[" + name + "]";
  }
}

package io.mcpauth.servlet.spring;

import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * The settings of an application as its environment has them: {@code mcp.auth.resource} is {@code
 * MCP_AUTH_RESOURCE}, in every spelling that Boot takes for the same, and {@code mcp.auth.policy}
 * is the policy file. A list is written as a list, or with what separates it elsewhere.
 */
final class SpringSettings {
  static final String PREFIX = "mcp.auth";

  /** The short name of the policy file. */
  static final String POLICY = "policy";

  private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of(PREFIX);
  private static final String KEYS = "MCP_AUTH_";
  private static final String FILE = "_FILE";
  private static final String WHERE_TO_WRITE = "application.properties";
  private static final Set<String> SEEN_BY_OTHERS =
      Set.of("systemProperties", "commandLineArgs"); // a command line is shown to every user

  /** Properties within one property, which may be on the command line. */
  private static final String JSON = "spring.application.json";

  /** Whose entries single spaces separate. */
  private static final Set<Setting> WORDS =
      Set.of(Setting.REQUIRED_SCOPES, Setting.ADVERTISED_SCOPES);

  private final ConfigurableEnvironment environment;
  private final Map<String, String> keys = new TreeMap<>();

  private SpringSettings(ConfigurableEnvironment environment) {
    this.environment = environment;
    for (Setting setting : Setting.values()) {
      keys.put(uniform(setting.name()), setting.key());
      if (setting.secret()) {
        keys.put(uniform(setting.name() + FILE), setting.key() + FILE);
      }
    }
    keys.put(POLICY, Setting.POLICY_FILE.key());
  }

  /**
   * Reads them.
   *
   * @throws IllegalArgumentException if one is unknown, empty, there twice in one place, or a
   *     secret on the command line, or has a placeholder that nothing resolves
   */
  static Settings of(ConfigurableEnvironment environment) {
    List<SettingSource> sources = new SpringSettings(environment).sources();
    sources.add(
        SettingSource.ofApplication(WHERE_TO_WRITE, Map.of()).spelling(SpringSettings::spelled));
    return Settings.of(List.of(Setting.values()), sources.toArray(SettingSource[]::new));
  }

  /** Whether anything is set, right or wrong. */
  static boolean arePresent(ConfigurableEnvironment environment) {
    return !new SpringSettings(environment).sources().isEmpty();
  }

  /** {@code required-scopes} for {@code REQUIRED_SCOPES}: how documentation spells it. */
  static String property(String name) {
    return PREFIX + "." + name.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** {@code mcp.auth.required-scopes} for {@code MCP_AUTH_REQUIRED_SCOPES}. */
  private static String spelled(String key) {
    if (!key.startsWith(KEYS)) {
      return key;
    }
    return key.equals(Setting.POLICY_FILE.key())
        ? PREFIX + "." + POLICY
        : property(key.substring(KEYS.length()));
  }

  private List<SettingSource> sources() {
    List<SettingSource> sources = new ArrayList<>();
    for (ConfigurationPropertySource source :
        ConfigurationPropertySources.from(environment.getPropertySources())) {
      Map<String, String> values = values(source);
      if (!values.isEmpty()) {
        sources.add(named(source, values));
      }
    }
    return sources;
  }

  /** Variables of the environment are the only ones that are spelled as settings are. */
  private SettingSource named(ConfigurationPropertySource source, Map<String, String> values) {
    SettingSource named = unspelled(source, values);
    return source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource
        ? named
        : named.spelling(SpringSettings::spelled);
  }

  private SettingSource unspelled(ConfigurationPropertySource source, Map<String, String> values) {
    String name =
        source.getUnderlyingSource() instanceof PropertySource<?> known
            ? known.getName()
            : String.valueOf(source);
    if (SEEN_BY_OTHERS.contains(name) || (name.equals(JSON) && isSeenByOthers(JSON))) {
      Properties properties = new Properties();
      properties.putAll(values);
      return SettingSource.systemProperties(properties);
    }
    return SettingSource.ofApplication(name, values);
  }

  private boolean isSeenByOthers(String property) {
    return SEEN_BY_OTHERS.stream()
        .map(environment.getPropertySources()::get)
        .anyMatch(source -> source != null && source.containsProperty(property));
  }

  private Map<String, String> values(ConfigurationPropertySource source) {
    Map<String, String> written = new TreeMap<>();
    Map<String, String> values = new LinkedHashMap<>();
    names(source)
        .forEach(
            (name, key) -> {
              String value = value(source, name);
              String before = value == null ? null : written.putIfAbsent(key, name.toString());
              if (before != null && !before.equals(name.toString())) {
                throw new IllegalArgumentException(
                    "'"
                        + before
                        + "' and '"
                        + name
                        + "' are the same setting. Remove one of them.");
              }
              if (value != null) {
                values.put(key, value);
              }
            });
    return values;
  }

  /** What to look at, without the places in lists, and the setting that each is. */
  private Map<ConfigurationPropertyName, String> names(ConfigurationPropertySource source) {
    Map<ConfigurationPropertyName, String> names = new TreeMap<>();
    if (source instanceof IterableConfigurationPropertySource listed) {
      listed.stream()
          .filter(ROOT::isAncestorOf)
          .map(SpringSettings::withoutIndex)
          .forEach(name -> names.put(name, key(name)));
    } else {
      for (Setting setting : Setting.values()) {
        names.put(ConfigurationPropertyName.of(property(setting.name())), setting.key());
      }
      names.put(ROOT.append(POLICY), Setting.POLICY_FILE.key());
    }
    return names;
  }

  private static ConfigurationPropertyName withoutIndex(ConfigurationPropertyName name) {
    return name.isLastElementIndexed() ? name.getParent() : name;
  }

  /** Also of what is no setting, which is said where settings are read. */
  private String key(ConfigurationPropertyName name) {
    StringBuilder rest = new StringBuilder();
    for (int i = ROOT.getNumberOfElements(); i < name.getNumberOfElements(); i++) {
      rest.append(rest.isEmpty() ? "" : "_")
          .append(name.getElement(i, ConfigurationPropertyName.Form.ORIGINAL));
    }
    String known = keys.get(uniform(rest.toString()));
    return known == null
        ? KEYS + rest.toString().replace('-', '_').toUpperCase(Locale.ROOT)
        : known;
  }

  private static String uniform(String name) {
    return name.replaceAll("[._-]", "").toLowerCase(Locale.ROOT);
  }

  private @Nullable String value(
      ConfigurationPropertySource source, ConfigurationPropertyName name) {
    String one = resolved(source, name);
    if (one != null) {
      return one;
    }
    List<String> items = new ArrayList<>();
    String item = resolved(source, name.append("[0]"));
    while (item != null) {
      items.add(item);
      item = resolved(source, name.append("[" + items.size() + "]"));
    }
    boolean words = WORDS.stream().anyMatch(word -> word.key().equals(key(name)));
    return items.isEmpty() ? null : String.join(words ? " " : ",", items);
  }

  private @Nullable String resolved(
      ConfigurationPropertySource source, ConfigurationPropertyName name) {
    var found = source.getConfigurationProperty(name);
    Object value = found == null ? null : found.getValue();
    if (value == null) {
      return null;
    }
    try {
      return environment.resolveRequiredPlaceholders(value.toString());
    } catch (IllegalArgumentException e) { // not as the cause: it quotes the value, a secret's too
      throw new IllegalArgumentException(
          "'"
              + name
              + "' has a placeholder '${...}' that nothing resolves. Set what it names, or write"
              + " '\\${' for the characters themselves.");
    }
  }
}

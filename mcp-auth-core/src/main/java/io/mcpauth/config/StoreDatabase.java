package io.mcpauth.config;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

/**
 * The database that a store is in, as its driver and a pool need it.
 *
 * @param driver the class of the driver
 * @param dependency what has it, for messages
 * @param url without user and password
 * @param user who logs in, empty where nobody was named
 * @param password with what
 * @param properties what the driver is told beside
 * @param inFile whether it is in a file of this machine
 */
record StoreDatabase(
    String driver,
    String dependency,
    String url,
    String user,
    String password,
    Map<String, String> properties,
    boolean inFile) {
  private static final String POSTGRESQL = "jdbc:postgresql:";

  /** In seconds, so that a server that is silent holds nobody for long; the URL may say others. */
  private static final Map<String, String> TIMEOUTS =
      Map.of("connectTimeout", "5", "loginTimeout", "5", "cancelSignalTimeout", "2");

  /** Copies the properties. */
  StoreDatabase {
    properties = Map.copyOf(properties);
  }

  static boolean isPostgresql(String url) {
    return url.startsWith(POSTGRESQL);
  }

  /**
   * A PostgreSQL, or what speaks its protocol.
   *
   * @throws IllegalArgumentException if the URL names the user or the password; it is not quoted
   */
  static StoreDatabase postgresql(String url, String user, String password) {
    List<String> named =
        Arrays.stream(url.split("[?&]", -1))
            .skip(1)
            .map(parameter -> parameter.split("=", 2)[0].toLowerCase(Locale.ROOT))
            .filter(name -> name.equals("user") || name.equals("password"))
            .toList();
    if (!named.isEmpty() || url.contains("@")) {
      throw new IllegalArgumentException(
          "the URL has the user or the password, and would be shown. Write "
              + Setting.STORE_USER.key()
              + " and "
              + Setting.STORE_PASSWORD.key()
              + ".");
    }
    Map<String, String> properties = new LinkedHashMap<>(TIMEOUTS);
    properties.put("ApplicationName", "mcp-auth");
    properties.put("tcpKeepAlive", "true");
    return new StoreDatabase(
        "org.postgresql.Driver",
        "org.postgresql:postgresql",
        url,
        user,
        password,
        properties,
        false);
  }

  /** All that the driver is told, the user and the password too. */
  Properties forDriver() {
    Properties all = new Properties();
    all.putAll(properties);
    if (!user.isEmpty()) {
      all.setProperty("user", user);
    }
    if (!password.isEmpty()) {
      all.setProperty("password", password);
    }
    return all;
  }

  /** Neither the URL nor the password. */
  @Override
  public String toString() {
    return "StoreDatabase[" + dependency + "]";
  }
}

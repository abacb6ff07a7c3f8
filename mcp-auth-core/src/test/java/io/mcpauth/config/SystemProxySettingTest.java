package io.mcpauth.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.outbound.EgressProxy;
import io.mcpauth.outbound.OutboundConnections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** What settings say of a proxy that is the system's. Changes system properties, so it is alone. */
@Isolated
class SystemProxySettingTest {
  private static final String STATEMENT = "MCP_AUTH_PROXY_REFUSES_PRIVATE_ADDRESSES_BY_ITSELF";

  private final Properties before = (Properties) System.getProperties().clone();

  @AfterEach
  void restore() {
    System.setProperties(before);
  }

  /** So the log advises where the system's proxy is in the way of what strangers name. */
  @Test
  void statement_isForTheSystemsProxyToo() {
    system();
    EgressProxy proxy = Objects.requireNonNull(connections(STATEMENT, "true").proxy());
    assertThat(proxy).hasToString("EgressProxy[p.example:3128]");
    assertThat(proxy.refusesPrivateAddresses()).isTrue();
    assertThat(proxy.isFor("a.example", 443)).as("what the system spares").isFalse();
    assertThat(proxy.isFor("b.example", 443)).isTrue();
    assertThat(Objects.requireNonNull(connections().proxy()).refusesPrivateAddresses()).isFalse();
    assertThat(
            Objects.requireNonNull(connections(STATEMENT, "false").proxy())
                .refusesPrivateAddresses())
        .isFalse();
  }

  @Test
  void wrongStatementOfTheSystemsProxy_isToldAsThat() {
    system();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> connections(STATEMENT, "yes"))
        .withMessageStartingWith(STATEMENT + " (environment) is 'yes', which is neither.");
  }

  @Test
  void whatTheSystemSaysItself_isNotSaidHere() {
    system();
    for (String key : List.of("MCP_AUTH_NO_PROXY", "MCP_AUTH_PROXY_CREDENTIALS")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> connections(key, "x:y"))
          .withMessageStartingWith(key + " (environment) means nothing here: there is no MCP_AUTH");
    }
  }

  @Test
  void statementWithoutAnyProxy_meansNothing() {
    Mistakes mistakes = new Mistakes();
    assertThat(ConnectionSettings.of(settings(STATEMENT, "true"), mistakes, () -> null))
        .hasToString("OutboundConnections[PT5S, 524288 bytes, null]");
    assertThatIllegalArgumentException()
        .isThrownBy(mistakes::requireNone)
        .withMessage(
            STATEMENT
                + " (environment) means nothing here: there is no MCP_AUTH_PROXY, and the system"
                + " has no proxy. Remove "
                + STATEMENT
                + ".");
  }

  private static void system() {
    System.setProperty("https.proxyHost", "p.example");
    System.setProperty("https.proxyPort", "3128");
    System.setProperty("http.nonProxyHosts", "a.example");
  }

  private static OutboundConnections connections(String... environment) {
    return ConfiguredServer.connections(settings(environment));
  }

  private static Settings settings(String... environment) {
    Map<String, String> variables = new HashMap<>();
    for (int i = 0; i < environment.length; i += 2) {
      variables.put(environment[i], environment[i + 1]);
    }
    return Settings.of(List.of(Setting.values()), SettingSource.environment(variables));
  }
}

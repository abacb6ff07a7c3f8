package io.mcpauth.config;

import io.mcpauth.outbound.EgressProxy;
import io.mcpauth.outbound.OutboundConnections;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How settings say that authorization servers are reached. */
final class ConnectionSettings {
  private static final List<Setting> ALL =
      List.of(
          Setting.OUTBOUND_TIMEOUT_SECONDS,
          Setting.OUTBOUND_MAX_BYTES,
          Setting.PROXY,
          Setting.PROXY_CREDENTIALS,
          Setting.NO_PROXY,
          Setting.PROXY_REFUSES_PRIVATE_ADDRESSES_BY_ITSELF,
          Setting.TRUST_STORE,
          Setting.TRUST_STORE_PASSWORD);

  /** What is set of a proxy whose address is a mistake is looked at all the same. */
  private static final EgressProxy STAND_IN = EgressProxy.at("http://stand-in.invalid:1");

  private static final List<Setting> OF_THE_PROXY =
      List.of(
          Setting.PROXY_CREDENTIALS,
          Setting.NO_PROXY,
          Setting.PROXY_REFUSES_PRIVATE_ADDRESSES_BY_ITSELF);

  private final Settings settings;
  private final Mistakes mistakes;
  private final Supplier<@Nullable EgressProxy> ofSystem;

  private ConnectionSettings(
      Settings settings, Mistakes mistakes, Supplier<@Nullable EgressProxy> ofSystem) {
    this.settings = settings;
    this.mistakes = mistakes;
    this.ofSystem = ofSystem;
  }

  /** The connections, or null where nothing is said of them, or what is said is wrong. */
  static @Nullable OutboundConnections of(Settings settings, Mistakes mistakes) {
    return of(settings, mistakes, () -> OutboundConnections.defaults().proxy());
  }

  static @Nullable OutboundConnections of(
      Settings settings, Mistakes mistakes, Supplier<@Nullable EgressProxy> ofSystem) {
    return ALL.stream().allMatch(key -> settings.value(key) == null)
        ? null
        : new ConnectionSettings(settings, mistakes, ofSystem).connections();
  }

  private @Nullable OutboundConnections connections() {
    OutboundConnections.Builder builder = OutboundConnections.builder();
    mistakes.collect(() -> setTimeout(builder));
    mistakes.collect(() -> setBytes(builder));
    mistakes.collect(() -> setProxy(builder));
    mistakes.collect(() -> setTrust(builder));
    return mistakes
        .collect(Optional.<OutboundConnections>empty(), () -> Optional.of(builder.build()))
        .orElse(null);
  }

  private void setTimeout(OutboundConnections.Builder builder) {
    Duration timeout = settings.seconds(Setting.OUTBOUND_TIMEOUT_SECONDS, 1, 60);
    if (timeout != null) {
      builder.timeout(timeout);
    }
  }

  private void setBytes(OutboundConnections.Builder builder) {
    Integer bytes = settings.number(Setting.OUTBOUND_MAX_BYTES, 1024, 16 * 1024 * 1024);
    if (bytes != null) {
      builder.maxBytes(bytes);
    }
  }

  private void setProxy(OutboundConnections.Builder builder) {
    String url = settings.value(Setting.PROXY);
    if (url == null) {
      requireUnset(
          List.of(Setting.PROXY_CREDENTIALS, Setting.NO_PROXY),
          "there is no " + Setting.PROXY.key());
      setStatementOfTheSystemsProxy(builder);
      return;
    }
    if (url.equals("none")) {
      requireUnset(OF_THE_PROXY, settings.at(Setting.PROXY) + " is 'none'");
      builder.withoutProxy();
      return;
    }
    EgressProxy plain =
        mistakes.collect(STAND_IN, () -> settings.naming(Setting.PROXY, () -> EgressProxy.at(url)));
    EgressProxy known = mistakes.collect(plain, () -> withCredentials(plain));
    EgressProxy proxy = mistakes.collect(known, () -> withExceptions(known));
    boolean refuses =
        mistakes.collect(
            false, () -> settings.flag(Setting.PROXY_REFUSES_PRIVATE_ADDRESSES_BY_ITSELF));
    builder.proxy(refuses ? proxy.refusingPrivateAddressesByItself() : proxy);
  }

  private void requireUnset(List<Setting> keys, String why) {
    keys.forEach(key -> mistakes.collect(() -> settings.requireUnset(List.of(key), why)));
  }

  private EgressProxy withExceptions(EgressProxy proxy) {
    String[] direct = settings.values(Setting.NO_PROXY).toArray(String[]::new);
    return direct.length == 0
        ? proxy
        : settings.naming(Setting.NO_PROXY, () -> proxy.exceptFor(direct));
  }

  /** Where it is, what it is sent and what is spared are the system's to say; this is ours. */
  private void setStatementOfTheSystemsProxy(OutboundConnections.Builder builder) {
    if (settings.value(Setting.PROXY_REFUSES_PRIVATE_ADDRESSES_BY_ITSELF) == null) {
      return;
    }
    EgressProxy system = ofSystem.get();
    if (system == null) {
      builder.withoutProxy();
      settings.requireUnset(
          List.of(Setting.PROXY_REFUSES_PRIVATE_ADDRESSES_BY_ITSELF),
          "there is no " + Setting.PROXY.key() + ", and the system has no proxy");
    } else if (settings.flag(Setting.PROXY_REFUSES_PRIVATE_ADDRESSES_BY_ITSELF)) {
      builder.proxy(system.refusingPrivateAddressesByItself());
    }
  }

  private EgressProxy withCredentials(EgressProxy proxy) {
    String credentials = settings.value(Setting.PROXY_CREDENTIALS);
    if (credentials == null) {
      return proxy;
    }
    int colon = credentials.indexOf(':');
    if (colon < 1) {
      throw settings.wrong(
          Setting.PROXY_CREDENTIALS, "without a colon. Write the user, a colon, the password.");
    }
    return settings.naming(
        Setting.PROXY_CREDENTIALS,
        () ->
            proxy.withCredentials(
                credentials.substring(0, colon), credentials.substring(colon + 1)));
  }

  private void setTrust(OutboundConnections.Builder builder) {
    String file = settings.value(Setting.TRUST_STORE);
    if (file == null) {
      settings.requireUnset(
          List.of(Setting.TRUST_STORE_PASSWORD), "there is no " + Setting.TRUST_STORE.key());
      return;
    }
    OutboundConnections.Builder unused =
        settings.naming(
            Setting.TRUST_STORE,
            () -> builder.trustStore(Path.of(file), settings.value(Setting.TRUST_STORE_PASSWORD)));
  }
}

package io.mcpauth.config;

import io.mcpauth.token.ClientCertificates;
import io.mcpauth.token.ClientCertificates.HeaderFormat;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which certificates of clients settings say that tokens may be bound to.
 *
 * @param settings what is set
 */
record CertificateSettings(Settings settings) {
  private static final List<Setting> OF_A_HEADER =
      List.of(Setting.MTLS_HEADER, Setting.MTLS_HEADER_FORMAT, Setting.MTLS_TRUSTED_PROXIES);

  @Nullable ClientCertificates scheme() {
    String where = settings.value(Setting.MTLS);
    if (where == null) {
      String why = "there is no " + Setting.MTLS.key();
      settings.requireUnset(OF_A_HEADER, why);
      settings.requireUnset(List.of(Setting.MTLS_REQUIRED), why);
      return null;
    }
    ClientCertificates found =
        switch (where) {
          case "container" -> ofContainer();
          case "header" -> ofHeader();
          default ->
              throw settings.wrong(
                  Setting.MTLS, "which is no place. Write 'container' or 'header'.");
        };
    return settings.flag(Setting.MTLS_REQUIRED) ? found.required() : found;
  }

  private ClientCertificates ofContainer() {
    settings.requireUnset(OF_A_HEADER, settings.at(Setting.MTLS) + " is 'container'");
    return ClientCertificates.fromContainer();
  }

  private ClientCertificates ofHeader() {
    String name = settings.require(Setting.MTLS_HEADER);
    String unused = settings.require(Setting.MTLS_TRUSTED_PROXIES);
    HeaderFormat format = format();
    ClientCertificates unusedNamed =
        settings.naming(
            Setting.MTLS_HEADER, () -> ClientCertificates.fromHeader(name, format, "127.0.0.1"));
    String[] proxies = settings.values(Setting.MTLS_TRUSTED_PROXIES).toArray(String[]::new);
    return settings.naming(
        Setting.MTLS_TRUSTED_PROXIES, () -> ClientCertificates.fromHeader(name, format, proxies));
  }

  private HeaderFormat format() {
    String name = settings.value(Setting.MTLS_HEADER_FORMAT);
    if (name == null) {
      return HeaderFormat.RFC_9440;
    }
    return Arrays.stream(HeaderFormat.values())
        .filter(format -> format.wire().equals(name))
        .findAny()
        .orElseThrow(
            () ->
                settings.wrong(
                    Setting.MTLS_HEADER_FORMAT,
                    "which is no format. Write one of "
                        + Arrays.stream(HeaderFormat.values()).map(HeaderFormat::wire).toList()
                        + "."));
  }
}

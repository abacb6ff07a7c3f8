package io.mcpauth.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A certificate authority that nobody knows, made in the test, with one server's certificate. */
public final class PrivateAuthority {
  private static final String PASSWORD = "changeit";

  private final Path directory;
  private final SSLContext server;

  private PrivateAuthority(Path directory, SSLContext server) {
    this.directory = directory;
    this.server = server;
  }

  /** An authority in a directory, and a server's key for these names ({@code dns:x,ip:y}). */
  public static PrivateAuthority in(Path directory, String names) throws Exception {
    keytool(
        directory,
        "-genkeypair",
        "-alias",
        "ca",
        "-keyalg",
        "EC",
        "-groupname",
        "secp256r1",
        "-dname",
        "CN=Private CA",
        "-ext",
        "bc:c",
        "-validity",
        "2",
        "-keystore",
        "ca.p12");
    keytool(
        directory,
        "-genkeypair",
        "-alias",
        "server",
        "-keyalg",
        "EC",
        "-groupname",
        "secp256r1",
        "-dname",
        "CN=server",
        "-validity",
        "2",
        "-keystore",
        "server.p12");
    keytool(directory, "-certreq", "-alias", "server", "-keystore", "server.p12", "-file", "s.csr");
    keytool(
        directory,
        "-gencert",
        "-alias",
        "ca",
        "-keystore",
        "ca.p12",
        "-infile",
        "s.csr",
        "-outfile",
        "s.pem",
        "-rfc",
        "-ext",
        "san=" + names,
        "-validity",
        "2");
    keytool(
        directory, "-exportcert", "-alias", "ca", "-keystore", "ca.p12", "-rfc", "-file", "ca.pem");
    keytool(
        directory,
        "-importcert",
        "-noprompt",
        "-alias",
        "ca",
        "-keystore",
        "server.p12",
        "-file",
        "ca.pem");
    keytool(
        directory,
        "-importcert",
        "-noprompt",
        "-alias",
        "server",
        "-keystore",
        "server.p12",
        "-file",
        "s.pem");
    keytool(
        directory,
        "-importcert",
        "-noprompt",
        "-alias",
        "ca",
        "-keystore",
        "trust.p12",
        "-file",
        "ca.pem");
    return new PrivateAuthority(directory, context(directory.resolve("server.p12")));
  }

  /** Its certificate in PEM. */
  public Path pem() {
    return directory.resolve("ca.pem");
  }

  /** Its certificate in a PKCS #12 store. */
  public Path store() {
    return directory.resolve("trust.p12");
  }

  /** A store of the server's private key alone: nothing in it is trusted. */
  public Path keyStore() {
    return directory.resolve("ca.p12");
  }

  /** The password of both. */
  public String password() {
    return PASSWORD;
  }

  /** TLS of the server. */
  public SSLContext server() {
    return server;
  }

  /** The server's certificate in PEM, as text. */
  public String serverPem() throws Exception {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder()
            .encodeToString(
                load(directory.resolve("server.p12")).getCertificate("server").getEncoded())
        + "\n-----END CERTIFICATE-----\n";
  }

  private static SSLContext context(Path file) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(load(file), PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  private static KeyStore load(Path file) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  private static void keytool(Path directory, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(Arrays.asList(arguments));
    command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }
}

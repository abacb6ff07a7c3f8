package io.mcpauth.outbound;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Certificates to trust, in PEM or in a key store. */
final class TrustFile {
  private static final int MAX_BYTES = 16 * 1024 * 1024;

  private TrustFile() {}

  static List<X509Certificate> read(Path file, @Nullable String password) {
    List<X509Certificate> certificates;
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
        throw wrong(file, "is no file, or one over 16 MiB");
      }
      byte[] content = Files.readAllBytes(file);
      boolean pem =
          new String(content, StandardCharsets.ISO_8859_1).contains("-----BEGIN CERTIFICATE-----");
      certificates = pem ? ofPem(content) : ofStore(file, password);
    } catch (IOException | GeneralSecurityException e) { // not as the cause: it may quote
      throw wrong(file, "cannot be read (" + e.getClass().getSimpleName() + ")");
    }
    if (certificates.isEmpty()) {
      throw wrong(file, "has no trusted certificate");
    }
    return List.copyOf(certificates);
  }

  private static List<X509Certificate> ofPem(byte[] content) throws CertificateException {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Certificate one :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(content))) {
      certificates.add((X509Certificate) one);
    }
    return certificates;
  }

  private static List<X509Certificate> ofStore(Path file, @Nullable String password)
      throws IOException, GeneralSecurityException {
    char[] secret = password == null ? null : password.toCharArray();
    KeyStore store = KeyStore.getInstance(file.toFile(), secret);
    List<X509Certificate> certificates = new ArrayList<>();
    for (String alias : Collections.list(store.aliases())) {
      if (store.isCertificateEntry(alias)
          && store.getCertificate(alias) instanceof X509Certificate certificate) {
        certificates.add(certificate);
      }
    }
    return certificates;
  }

  private static IllegalArgumentException wrong(Path file, String problem) {
    return new IllegalArgumentException(
        "Trust store '"
            + file
            + "' "
            + problem
            + ". Write the path of certificates in PEM, or of a PKCS #12 store with its password.");
  }
}

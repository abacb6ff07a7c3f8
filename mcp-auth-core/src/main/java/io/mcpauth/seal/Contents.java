package io.mcpauth.seal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/** What is encrypted: to what the payload is bound, and the payload. */
final class Contents {
  private static final int VERSION = 1;
  private static final int DIGEST_BYTES = 32;

  private final String namespace;
  private final String purpose;
  private final byte[] caller;
  private final long expiresAt;
  private final byte[] payload;

  /**
   * Contents.
   *
   * @param caller from {@link #digest}
   * @param expiresAt in milliseconds of the epoch
   */
  Contents(String namespace, String purpose, byte[] caller, long expiresAt, byte[] payload) {
    this.namespace = namespace;
    this.purpose = purpose;
    this.caller = caller.clone();
    this.expiresAt = expiresAt;
    this.payload = payload.clone();
  }

  /**
   * One value for a sequence of texts and another for every other sequence: each has its length in
   * front, and UTF-16 is kept as it is, because UTF-8 would make all lone surrogates one.
   */
  static byte[] digest(@Nullable String... texts) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      for (String text : texts) {
        sha256.update(ByteBuffer.allocate(4).putInt(text == null ? -1 : text.length()).array());
        ByteBuffer chars = ByteBuffer.allocate(text == null ? 0 : 2 * text.length());
        chars.asCharBuffer().put(text == null ? "" : text);
        sha256.update(chars);
      }
      return sha256.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java has no SHA-256", e);
    }
  }

  byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeUTF(namespace);
      out.writeUTF(purpose);
      out.write(caller);
      out.writeLong(expiresAt);
      out.write(payload);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws IOException if another version of this class wrote it
   */
  static Contents of(byte[] bytes) throws IOException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      if (in.readByte() != VERSION) {
        throw new IOException("another version");
      }
      String namespace = in.readUTF();
      String purpose = in.readUTF();
      byte[] caller = new byte[DIGEST_BYTES];
      in.readFully(caller);
      return new Contents(namespace, purpose, caller, in.readLong(), in.readAllBytes());
    }
  }

  String namespace() {
    return namespace;
  }

  String purpose() {
    return purpose;
  }

  boolean isFor(byte[] otherCaller) {
    return MessageDigest.isEqual(caller, otherCaller);
  }

  long expiresAt() {
    return expiresAt;
  }

  byte[] payload() {
    return payload.clone();
  }

  @Override
  public String toString() {
    return "Contents[elided]";
  }
}

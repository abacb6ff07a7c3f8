package io.mcpauth.servlet;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Collections;
import java.util.Enumeration;
import java.util.function.Supplier;

/** A JSON document that is served to everybody, with the entity tag of what is in it now. */
final class Document {
  private final Supplier<Version> source;

  private Document(Supplier<Version> source) {
    this.source = source;
  }

  /**
   * What is in it.
   *
   * @param bytes never changed
   * @param etag strong, made of the content (RFC 9110 section 8.8.3): the same on every instance
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Version(byte[] bytes, String etag) {
    static Version of(byte[] bytes) {
      try {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
        String tag = Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        return new Version(bytes, '"' + tag.substring(0, 22) + '"');
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("Every Java has SHA-256", e);
      }
    }

    /** RFC 9110 section 13.1.2: the weak comparison, and {@code *} for any. */
    boolean isNamedBy(Enumeration<String> ifNoneMatch) {
      for (String line : Collections.list(ifNoneMatch)) {
        for (String tag : line.split(",", -1)) {
          String name = tag.strip();
          if (name.equals("*") || name.equals(etag) || name.equals("W/" + etag)) {
            return true;
          }
        }
      }
      return false;
    }

    /** For people who read a dump. */
    @Override
    public String toString() {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  static Document fixed(byte[] bytes) {
    Version only = Version.of(bytes);
    return new Document(() -> only);
  }

  /**
   * A document that may be another one tomorrow.
   *
   * @param source throws an {@link io.mcpauth.error.AuthException} while there is none
   */
  static Document changing(Supplier<byte[]> source) {
    return new Document(() -> Version.of(source.get()));
  }

  Version current() {
    return source.get();
  }
}

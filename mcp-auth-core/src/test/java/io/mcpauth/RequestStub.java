package io.mcpauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mcpauth.edge.AccessRequest;
import io.mcpauth.edge.BodyReader;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A request of any shape, which counts how often its body is read. */
public final class RequestStub implements AccessRequest {
  private final String method;
  private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private byte[] body = {};
  private @Nullable RuntimeException failure;
  private boolean breaksOff;
  private int requests;
  private @Nullable String query;
  private List<X509Certificate> certificates = List.of();

  private RequestStub(String method) {
    this.method = method;
  }

  public static RequestStub of(String method) {
    return new RequestStub(method);
  }

  /** A POST of JSON. */
  public static RequestStub post(String body) {
    RequestStub request = of("POST").header("Content-Type", "application/json");
    request.body = body.getBytes(UTF_8);
    return request;
  }

  /** Sets the lines of a header; none removes it. */
  public RequestStub header(String name, String... lines) {
    headers.put(name, new ArrayList<>(List.of(lines)));
    return this;
  }

  public RequestStub bearer(String token) {
    return header("Authorization", "Bearer " + token);
  }

  public RequestStub revision(String revision) {
    return header("MCP-Protocol-Version", revision);
  }

  public RequestStub query(@Nullable String text) {
    query = text;
    return this;
  }

  public RequestStub certificates(X509Certificate... chain) {
    certificates = List.of(chain);
    return this;
  }

  public RequestStub bytes(byte[] bytes) {
    body = bytes;
    return this;
  }

  public RequestStub bodyFails(RuntimeException exception) {
    failure = exception;
    return this;
  }

  public RequestStub bodyBreaksOff() {
    breaksOff = true;
    return this;
  }

  int requests() {
    return requests;
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public List<String> headers(String name) {
    return headers.getOrDefault(name, List.of());
  }

  @Override
  public @Nullable String query() {
    return query;
  }

  @Override
  public List<X509Certificate> clientCertificates() {
    return certificates;
  }

  @Override
  public byte[] body(BodyReader reader) throws IOException {
    requests++;
    if (failure != null) {
      throw failure;
    }
    if (breaksOff) {
      throw new IOException("s3cr3t detail");
    }
    return body;
  }
}

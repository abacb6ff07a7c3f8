package io.mcpauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mcpauth.edge.AccessRequest;
import io.mcpauth.edge.BodyReader;
import io.mcpauth.edge.SessionUser;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A request of any shape, which counts how often its body is read, its session asked for, and knows
 * which headers were looked for.
 */
public final class RequestStub implements AccessRequest {
  private final String method;
  private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final Set<String> looked = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
  private byte[] body = {};
  private @Nullable RuntimeException failure;
  private boolean breaksOff;
  private int requests;
  private Supplier<? extends @Nullable SessionUser> session = () -> null;
  private int sessionRequests;
  private @Nullable String query;
  private @Nullable String path;
  private List<X509Certificate> certificates = List.of();
  private @Nullable String address;

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

  /** The headers that somebody has looked for. */
  public Set<String> looked() {
    return looked;
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

  public RequestStub path(@Nullable String text) {
    path = text;
    return this;
  }

  public RequestStub certificates(X509Certificate... chain) {
    certificates = List.of(chain);
    return this;
  }

  /** The peer of the connection. */
  public RequestStub address(@Nullable String text) {
    address = text;
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

  /** Of the session of a browser, which the application says this of. */
  public RequestStub session(Supplier<? extends @Nullable SessionUser> user) {
    session = user;
    return this;
  }

  int requests() {
    return requests;
  }

  int sessionRequests() {
    return sessionRequests;
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public List<String> headers(String name) {
    looked.add(name);
    return headers.getOrDefault(name, List.of());
  }

  @Override
  public @Nullable String path() {
    return path;
  }

  @Override
  public @Nullable String query() {
    return query;
  }

  @Override
  public @Nullable String remoteAddress() {
    return address;
  }

  @Override
  public List<X509Certificate> clientCertificates() {
    return certificates;
  }

  @Override
  public @Nullable SessionUser session() {
    sessionRequests++;
    return session.get();
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

package io.mcpauth.examples.guard;

import io.mcpauth.ResourceServerBuilder;
import io.mcpauth.config.SettingSource;
import io.mcpauth.testing.TestIssuer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A guard in front of a target, with an issuer whose tokens it takes. */
final class RunningGuard implements AutoCloseable {
  static final String CALL = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}";

  private final TestIssuer issuer;
  private final RawTarget target;
  private final GuardServer guard;

  private RunningGuard(TestIssuer issuer, RawTarget target, GuardServer guard) {
    this.issuer = issuer;
    this.target = target;
    this.guard = guard;
  }

  /** Started with further settings, name and value in turn; an empty value takes one away. */
  static RunningGuard before(RawTarget.Script script, String... settings) throws IOException {
    return before(script, builder -> builder, settings);
  }

  /** As above, with what settings cannot say. */
  static RunningGuard before(
      RawTarget.Script script, UnaryOperator<ResourceServerBuilder> more, String... settings)
      throws IOException {
    TestIssuer issuer = TestIssuer.start();
    RawTarget target = new RawTarget(script);
    try {
      Map<String, String> environment = new HashMap<>();
      environment.put("TARGET_URL", target.url());
      environment.put("PORT", "0");
      environment.put("GUARD_TARGET_CHECK_SECONDS", "0"); // or it would be one of the calls
      environment.put("MCP_AUTH_ISSUER", issuer.issuer());
      environment.put("MCP_AUTH_REQUIRED_SCOPES", "mcp");
      for (int i = 0; i < settings.length; i += 2) {
        environment.put(settings[i], settings[i + 1].replace("{issuer}", issuer.issuer()));
      }
      environment.values().removeIf(String::isEmpty);
      GuardSettings read = GuardSettings.from(SettingSource.environment(environment));
      return new RunningGuard(issuer, target, GuardServer.start(read, more));
    } catch (RuntimeException e) {
      issuer.close();
      target.close();
      throw e;
    }
  }

  GuardServer guard() {
    return guard;
  }

  TestIssuer issuer() {
    return issuer;
  }

  RawTarget target() {
    return target;
  }

  /** The header of a caller who may do everything. */
  String token() {
    return "Authorization: Bearer " + issuer.token(guard.url()).scopes("mcp", "more").mint();
  }

  Wire connect() throws IOException {
    return new Wire(new Socket(InetAddress.getLoopbackAddress(), guard.port()));
  }

  /** A connection with a request on it, of a caller who may do everything. */
  Wire send(String method, String body, String... headers) throws IOException {
    String[] all = new String[headers.length + 1];
    System.arraycopy(headers, 0, all, 0, headers.length);
    all[headers.length] = token();
    Wire wire = connect();
    wire.write(Wire.request(method, body, all));
    return wire;
  }

  @Override
  public void close() throws IOException {
    guard.close();
    target.close();
    issuer.close();
  }
}

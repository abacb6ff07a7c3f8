package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.containers.Http2Wire;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpUpgradeHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of HTTP/2, where what comes need not be announced. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class Http2Test {
  private static final String FORM = "application/x-www-form-urlencoded";

  private GuardedJetty jetty;
  private String bearer;

  @BeforeAll
  void start() throws Exception {
    jetty = GuardedJetty.inFrontOf(new Telling()).andHttp2();
    bearer = "Bearer " + jetty.token().mint();
  }

  @AfterAll
  void stop() {
    jetty.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "DELETE", "OPTIONS"})
  void bodyThatNothingAnnounces_is400(String method) throws Exception {
    try (Http2Wire wire = new Http2Wire(jetty.port())) {
      int stream =
          wire.headers(false, method, "/mcp?a=1", "authorization", bearer, "content-type", FORM);
      wire.data(stream, true, "a=2");
      Http2Wire.Response response = wire.response(stream);
      assertThat(response.status()).isEqualTo(400);
      assertThat(response.body()).contains("The body cannot be read");
    }
  }

  /** Nobody waits for the rest of what is refused anyway. */
  @Test
  void firstByteOfABodyWithoutEnd_isEnough() throws Exception {
    try (Http2Wire wire = new Http2Wire(jetty.port())) {
      int stream = wire.headers(false, "GET", "/mcp", "authorization", bearer);
      wire.data(stream, false, "a");
      assertThat(wire.response(stream).status()).isEqualTo(400);
    }
  }

  @ParameterizedTest
  @CsvSource({"GET, true", "GET, false", "DELETE, true", "DELETE, false", "OPTIONS, true"})
  void endWithoutAByte_isGranted(String method, boolean atOnce) throws Exception {
    try (Http2Wire wire = new Http2Wire(jetty.port())) {
      int stream = wire.headers(atOnce, method, "/mcp?a=1", "authorization", bearer);
      if (!atOnce) {
        wire.data(stream, true, "");
      }
      assertThat(wire.response(stream))
          .isEqualTo(new Http2Wire.Response(200, "", "0 [a] no parts {} no upgrade"));
    }
  }

  @Test
  void trailers_areNotSeen() throws Exception {
    try (Http2Wire wire = new Http2Wire(jetty.port())) {
      int get = wire.headers(false, "GET", "/mcp", "authorization", bearer);
      wire.trailers(get, "x-hidden", "1");
      assertThat(wire.response(get).body()).isEqualTo("0 [] no parts {} no upgrade");
      String call = GuardedJetty.toolCall("read_file");
      int post = post(wire);
      wire.data(post, false, call);
      wire.trailers(post, "x-hidden", "1");
      assertThat(wire.response(post).body())
          .isEqualTo(call.length() + " [] no parts {} no upgrade");
    }
  }

  @Test
  void bodyOfAPost_isJudgedWithoutAnAnnouncedLength() throws Exception {
    try (Http2Wire wire = new Http2Wire(jetty.port())) {
      int write = post(wire);
      wire.data(write, true, GuardedJetty.toolCall("write_file"));
      Http2Wire.Response refused = wire.response(write);
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.challenge()).contains("insufficient_scope");
      int anonymous = wire.headers(true, "GET", "/mcp");
      Http2Wire.Response unknown = wire.response(anonymous);
      assertThat(unknown.status()).isEqualTo(401);
      assertThat(unknown.challenge()).isEqualTo(GuardedJetty.CHALLENGE);
    }
  }

  private int post(Http2Wire wire) throws IOException {
    return wire.headers(
        false, "POST", "/mcp", "authorization", bearer, "content-type", "application/json");
  }

  /** Tells all that the request has beside headers. */
  private static final class Telling extends EchoServlet {
    private static final long serialVersionUID = 1L;

    @Override
    byte[] body(HttpServletRequest request) throws IOException {
      String parts;
      String upgrade;
      try {
        parts = "parts " + request.getParts();
      } catch (ServletException e) {
        parts = "no parts";
      }
      try {
        upgrade = "upgrade " + request.upgrade(HttpUpgradeHandler.class);
      } catch (ServletException e) {
        upgrade = "no upgrade";
      }
      int length = super.body(request).length;
      String seen =
          "%d %s %s %s %s"
              .formatted(
                  length,
                  Collections.list(request.getParameterNames()),
                  parts,
                  request.isTrailerFieldsReady() ? request.getTrailerFields() : "later",
                  upgrade);
      return seen.getBytes(StandardCharsets.UTF_8);
    }
  }
}

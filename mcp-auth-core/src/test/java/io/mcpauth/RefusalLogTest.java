package io.mcpauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.ReasonCode;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** A refusal is logged once, by this library: not by another below it, at a level of its own. */
class RefusalLogTest {
  @Test
  void refusedToken_isNoWarningOfTheCache() {
    Logger logger = Logger.getLogger("com.github.benmanes.caffeine");
    Records records = new Records();
    logger.addHandler(records);
    try (RawIssuer issuer = RawIssuer.start();
        ResourceServer server = ProtectedServer.of(issuer.authorizationServer()).build()) {
      String token = issuer.rs256("{\"alg\":\"none\"}", RawIssuer.claims(""));
      Answers.assertInvalidToken(
          server.decide(FakeRequest.get().bearer(token)), ReasonCode.ALGORITHM_NOT_ALLOWED);
    } finally {
      logger.removeHandler(records);
    }
    assertThat(records.messages).isEmpty();
  }

  private static final class Records extends Handler {
    final List<String> messages = new CopyOnWriteArrayList<>();

    @Override
    public void publish(LogRecord entry) {
      messages.add(entry.getLevel() + " " + entry.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}

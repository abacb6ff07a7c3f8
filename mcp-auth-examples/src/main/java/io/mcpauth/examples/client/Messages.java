package io.mcpauth.examples.client;

import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads the JSON-RPC response to a request, whether it comes alone or in a stream of events. */
final class Messages {
  private static final int MOST_BYTES = 4 * 1024 * 1024;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Messages() {}

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  /** Any JSON value. */
  static JsonNode parse(String text) throws ClientFailure {
    try {
      return JSON.readTree(text);
    } catch (JacksonException e) {
      throw new ClientFailure("What should be JSON is not.");
    }
  }

  /**
   * The response to a request.
   *
   * @param id of the request
   */
  static JsonNode response(Answer answer, int id) throws ClientFailure {
    CompletableFuture<Void> done = new CompletableFuture<>();
    CompletableFuture<Void> watch =
        done.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
            .whenComplete((v, e) -> answer.close());
    try {
      BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(new Capped(answer.body()), StandardCharsets.UTF_8));
      return answer.type().equals("text/event-stream") ? inStream(reader, id) : alone(reader, id);
    } catch (IOException e) {
      throw new ClientFailure("The answer of the MCP server breaks off, is too long or too slow.");
    } finally {
      done.complete(null);
      watch.cancel(false);
    }
  }

  private static JsonNode alone(Reader reader, int id) throws IOException, ClientFailure {
    StringWriter text = new StringWriter();
    reader.transferTo(text);
    JsonNode message = parse(text.toString());
    if (!isResponse(message, id)) {
      throw new ClientFailure("The answer of the MCP server is no response to the request.");
    }
    return message;
  }

  /**
   * HTML Living Standard, "Server-sent events": what is told before the response is passed over.
   */
  private static JsonNode inStream(BufferedReader reader, int id)
      throws IOException, ClientFailure {
    StringBuilder data = new StringBuilder();
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      if (line.startsWith("data:")) {
        data.append(line.substring("data:".length()).strip()).append('\n');
      } else if (line.isEmpty() && !data.toString().isBlank()) {
        JsonNode message = parse(data.toString());
        if (isResponse(message, id)) {
          return message;
        }
        data.setLength(0);
      } else if (line.isEmpty()) {
        data.setLength(0);
      }
    }
    throw new ClientFailure("The stream of the MCP server ended without a response.");
  }

  private static boolean isResponse(JsonNode message, int id) {
    return message.path("id").intValue(-1) == id
        && (message.path("result").isObject() || message.path("error").isObject());
  }

  /** A server must not fill the memory. */
  private static final class Capped extends FilterInputStream {
    private long left = MOST_BYTES;

    Capped(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      count(read < 0 ? 0 : 1);
      return read;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      int read = super.read(bytes, from, length);
      count(Math.max(read, 0));
      return read;
    }

    private void count(int read) throws IOException {
      left -= read;
      if (left < 0) {
        throw new IOException("too long");
      }
    }
  }
}

package io.mcpauth.signals;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The complete HTTP answer to a signal, for the adapter to write.
 *
 * @param status the HTTP status
 * @param headers in a stable order, {@code Content-Type} among them where there is a body
 * @param body the content, empty where there is none
 */
@SuppressWarnings("ArrayRecordComponent") // written once to one response, compared by nobody
public record SignalAnswer(int status, Map<String, String> headers, byte[] body) {
  /** Without a body, and for nobody to keep. */
  static SignalAnswer empty(int status) {
    return new SignalAnswer(status, uncached(), new byte[0]);
  }

  static Map<String, String> uncached() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Cache-Control", "no-store");
    return headers;
  }
}

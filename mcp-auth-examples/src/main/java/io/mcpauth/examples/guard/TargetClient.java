package io.mcpauth.examples.guard;

import java.time.Duration;
import org.eclipse.jetty.client.ContinueProtocolHandler;
import org.eclipse.jetty.client.EarlyHintsProtocolHandler;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.ProcessingProtocolHandler;
import org.eclipse.jetty.client.ProtocolHandlers;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;

/**
 * The client that calls the target: it follows, keeps, decodes and adds nothing, and works with the
 * threads, the timer and the buffers of the server.
 */
final class TargetClient {
  private static final Duration CONNECT = Duration.ofSeconds(5);

  /** For connections between two calls; Node closes them after five seconds, and would race. */
  private static final Duration UNUSED = Duration.ofSeconds(4);

  private static final int MAX_ANSWER_HEAD = 16 * 1024;

  /** Streams hold theirs. */
  private static final int CONNECTIONS = 4096;

  private TargetClient() {}

  /**
   * A client that runs.
   *
   * <p>Whatever it tells of an answer, it tells on the thread that found the answer there, which
   * looks after other connections too: a listener must not block ({@link Relay} does not). To hand
   * each answer to another thread costs more than to pass it on.
   */
  static HttpClient start(Server server) throws Exception {
    ClientConnector connector = new ClientConnector();
    connector.setExecutor(server.getThreadPool());
    connector.setScheduler(server.getScheduler());
    connector.setByteBufferPool(server.getByteBufferPool());
    connector.setSelectors(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    HttpClientTransportOverHTTP transport = new HttpClientTransportOverHTTP(connector);
    transport.setInvocationType(InvocationType.NON_BLOCKING);
    HttpClient client = new HttpClient(transport);
    client.setFollowRedirects(false);
    client.setHttpCookieStore(new HttpCookieStore.Empty()); // of one caller for another
    client.setUserAgentField(null);
    client.setDefaultRequestContentType(null);
    client.setConnectTimeout(CONNECT.toMillis());
    client.setAddressResolutionTimeout(CONNECT.toMillis());
    client.setIdleTimeout(UNUSED.toMillis());
    client.setMaxResponseHeadersSize(MAX_ANSWER_HEAD); // what can be passed on, and not all memory
    client.setMaxConnectionsPerDestination(CONNECTIONS);
    client.start();
    client.getContentDecoderFactories().clear();
    // Interim answers are the connection's own affair (RFC 9110 section 15.2).
    ProtocolHandlers handlers = client.getProtocolHandlers();
    handlers.clear();
    handlers.put(new ContinueProtocolHandler());
    handlers.put(new ProcessingProtocolHandler());
    handlers.put(new EarlyHintsProtocolHandler());
    return client;
  }
}

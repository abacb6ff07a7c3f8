package io.mcpauth.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.AuthEvents;
import io.mcpauth.ResourceServer;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.McpPrincipal;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.core.io.buffer.NettyDataBuffer;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.core.io.buffer.PooledDataBuffer;
import org.springframework.http.HttpCookie;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.AbstractServerHttpRequest;
import org.springframework.http.server.reactive.AbstractServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.SslInfo;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebHandler;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.util.concurrent.Queues;

/** The adapter of {@code docs/reactive.md}, in front of a plain handler on a real Netty. */
@Timeout(value = 180, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReactivePageTest {
  private static final Path PAGE = Path.of("..", "docs", "reactive.md");
  private static final Pattern CODE = Pattern.compile("```java\n(.*?)\n```", Pattern.DOTALL);
  private static final String RESOURCE = "https://mcp.example.com/mcp";
  private static final String METADATA = "/.well-known/oauth-protected-resource/mcp";
  private static final String ECHO = "/echo";
  private static final String STREAM = "/stream";

  private final TestIssuer issuer = TestIssuer.start();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Queue<String> deciders = new ConcurrentLinkedQueue<>();

  /** Kept until the handler subscribes, which it may do after the client has read the first. */
  private final Sinks.Many<String> events =
      Sinks.many().multicast().onBackpressureBuffer(Queues.SMALL_BUFFER_SIZE, false);

  private final AtomicReference<String> seen = new AtomicReference<>("");
  private ResourceServer server;
  private WebFilter filter;
  private DisposableServer netty;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    AuthEvents threads = event -> deciders.add(Thread.currentThread().getName());
    ToolPolicy policy =
        ToolPolicy.builder()
            .initialScopes("files:read")
            .tool("read_file", "files:read")
            .tool("write_file", "files:write")
            .tool("about", Access.anonymous())
            .method("GET")
            .build();
    server =
        ResourceServer.builder(RESOURCE, AuthorizationServer.of(issuer.issuer()), policy)
            .events(threads)
            .build();
    Class<?> page = compiled(directory);
    WebHandler hello = (WebHandler) page.getMethod("mcp").invoke(null);
    filter = (WebFilter) page.getMethod("filter", ResourceServer.class).invoke(null, server);
    WebHandler all = exchange -> serve(exchange, hello);
    netty =
        (DisposableServer)
            page.getMethod("serve", ResourceServer.class, WebHandler.class)
                .invoke(null, server, all);
  }

  @AfterEach
  void stop() {
    netty.disposeNow();
    server.close();
    issuer.close();
  }

  private Mono<Void> serve(ServerWebExchange exchange, WebHandler hello) {
    seen.set(exchange.getRequest().getHeaders().toString());
    return switch (exchange.getRequest().getURI().getRawPath()) {
      case ECHO -> echo(exchange);
      case STREAM -> stream(exchange.getResponse());
      default -> hello.handle(exchange);
    };
  }

  private static Mono<Void> echo(ServerWebExchange exchange) {
    ServerHttpResponse response = exchange.getResponse();
    response.getHeaders().set("Access-Control-Allow-Origin", "*");
    return response.writeWith(DataBufferUtils.join(exchange.getRequest().getBody()));
  }

  private Mono<Void> stream(ServerHttpResponse response) {
    response.getHeaders().setContentType(MediaType.TEXT_EVENT_STREAM);
    Flux<String> texts = Flux.just("first").concatWith(events.asFlux());
    return response.writeAndFlushWith(
        texts.map(
            text ->
                Flux.just(
                    response.bufferFactory().wrap(("data: " + text + "\n\n").getBytes(UTF_8)))));
  }

  /** The filter and the plain handler, each as the page has it, but for the port. */
  private static Class<?> compiled(Path directory) throws Exception {
    List<String> blocks =
        CODE.matcher(Files.readString(PAGE))
            .results()
            .map((MatchResult block) -> block.group(1))
            .toList();
    Path filter =
        Files.writeString(
            directory.resolve("McpAuthWebFilter.java"), block(blocks, "class McpAuthWebFilter "));
    Path page =
        Files.writeString(
            directory.resolve("Page.java"),
            """
            package com.example.notes;
            import io.mcpauth.ResourceServer;
            import io.mcpauth.token.McpPrincipal;
            import java.nio.charset.StandardCharsets;
            import org.springframework.http.MediaType;
            import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
            import org.springframework.http.server.reactive.ServerHttpResponse;
            import org.springframework.web.server.WebFilter;
            import org.springframework.web.server.WebHandler;
            import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
            import reactor.core.publisher.Mono;
            import reactor.netty.DisposableServer;
            import reactor.netty.http.server.HttpServer;
            public class Page {
              public static WebHandler mcp() {
                %s
                return mcp;
              }
              public static WebFilter filter(ResourceServer server) {
                return new McpAuthWebFilter(server);
              }
              public static DisposableServer serve(ResourceServer server, WebHandler mcp) {
                %s
                return netty;
              }
            }
            """
                .formatted(
                    block(blocks, "WebHandler mcp ="),
                    block(blocks, "DisposableServer netty =")
                        .replace(".port(8080)", ".host(\"127.0.0.1\").port(0)")));
    return ShownCode.compiled(directory, filter, page).loadClass("com.example.notes.Page");
  }

  private static String block(List<String> blocks, String with) {
    List<String> found = blocks.stream().filter(block -> block.contains(with)).toList();
    assertThat(found).as("blocks with %s", with).hasSize(1);
    return found.get(0);
  }

  private HttpRequest.Builder request(String path, String... headers) {
    URI uri =
        URI.create("http://127.0.0.1:" + ((InetSocketAddress) netty.address()).getPort() + path);
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return request;
  }

  private HttpResponse<String> call(String path, String tool, String... headers) throws Exception {
    return client.send(
        request(path, headers)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body(tool)))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static String body(String tool) {
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\""
        + tool
        + "\"}}";
  }

  private String token() {
    return "Bearer " + issuer.token(RESOURCE).scopes("files:read").mint();
  }

  @Test
  void callWithoutAToken_isTheChallenge() throws Exception {
    HttpResponse<String> answer = call("/mcp", "read_file");
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().allValues("WWW-Authenticate"))
        .containsExactly(
            "Bearer scope=\"files:read\", resource_metadata=\"https://mcp.example.com"
                + METADATA
                + "\"");
    assertThat(seen.get()).isEmpty();
  }

  @Test
  void metadata_areOpenToEverybody() throws Exception {
    HttpResponse<String> answer =
        client.send(request(METADATA).GET().build(), HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("\"resource\":\"" + RESOURCE + "\"");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
    HttpResponse<String> other =
        client.send(request(METADATA).DELETE().build(), HttpResponse.BodyHandlers.ofString());
    assertThat(other.statusCode()).isEqualTo(405);
  }

  @Test
  void handlerOfThePage_knowsItsCaller() throws Exception {
    McpPrincipal expected = issuer.token(RESOURCE).scopes("files:read").principal();
    HttpResponse<String> answer = call("/mcp", "read_file", "Authorization", token());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"hello\":\"" + expected.subject() + "\"}");
  }

  @Test
  void grantedCall_hasItsBodyAndNoCredential() throws Exception {
    HttpResponse<String> answer =
        call(ECHO, "read_file", "Authorization", token(), "X-Other", "kept");
    assertThat(answer.body()).isEqualTo(body("read_file"));
    assertThat(seen.get()).contains("kept").doesNotContainIgnoringCase("authorization");
    assertThat(answer.headers().allValues("Access-Control-Allow-Origin")).isEmpty();
  }

  @Test
  void missingScope_isA403BeforeTheHandler() throws Exception {
    HttpResponse<String> answer = call("/mcp", "write_file", "Authorization", token());
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
        .contains("error=\"insufficient_scope\"")
        .contains("files:write");
    assertThat(seen.get()).isEmpty();
  }

  @Test
  void everyOtherPath_isGuarded() throws Exception {
    for (String path : new String[] {"/", "/health", "//mcp", "/mcp/", METADATA + "/", "/%6dcp"}) {
      assertThat(call(path, "read_file").statusCode()).as(path).isEqualTo(401);
    }
    assertThat(seen.get()).isEmpty();
  }

  @Test
  void openTool_opensNoOtherPath() throws Exception {
    assertThat(call("/mcp", "about").statusCode()).isEqualTo(200);
    for (String path : new String[] {ECHO, "/", "/x/mcp", "/mcp/"}) {
      assertThat(call(path, "about").statusCode()).as(path).isEqualTo(401);
    }
  }

  @Test
  void bodyBeyondTheCap_isRefused() throws Exception {
    for (boolean announced : new boolean[] {true, false}) {
      byte[] large = new byte[1024 * 1024 + 1];
      HttpRequest.BodyPublisher publisher = HttpRequest.BodyPublishers.ofByteArray(large);
      HttpRequest request =
          request(ECHO, "Authorization", token(), "Content-Type", "application/json")
              .POST(
                  announced
                      ? publisher
                      : HttpRequest.BodyPublishers.fromPublisher(publisher)) // in chunks
              .build();
      assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(413);
    }
    assertThat(seen.get()).isEmpty();
  }

  @Test
  void decision_isNotTakenOnTheEventLoop() throws Exception {
    assertThat(call("/mcp", "read_file", "Authorization", token()).statusCode()).isEqualTo(200);
    assertThat(call("/mcp", "read_file").statusCode()).isEqualTo(401);
    assertThat(deciders).hasSize(2).allMatch(name -> name.startsWith("boundedElastic"));
  }

  @Test
  void stream_passesAsItIsWrittenAndEndsWhenItsCallerIsCutOff() throws Exception {
    try (BufferedReader lines = open()) {
      assertThat(lines.readLine()).isEqualTo("data: first");
      assertThat(lines.readLine()).isEmpty();
      events.emitNext("second", Sinks.EmitFailureHandler.FAIL_FAST);
      assertThat(lines.readLine()).isEqualTo("data: second");
      assertThat(lines.readLine()).isEmpty();
      assertThat(server.inUse().streams()).isEqualTo(1);
      server.access().close();
      assertThat(lines.readLine()).isNull();
    }
    assertThat(call("/mcp", "read_file", "Authorization", token()).statusCode()).isEqualTo(503);
    assertStreamsEnd();
  }

  @Test
  void clientThatGoes_givesItsPlaceBack() throws Exception {
    BufferedReader lines = open();
    assertThat(lines.readLine()).isEqualTo("data: first");
    assertThat(server.inUse().streams()).isEqualTo(1);
    lines.close();
    assertStreamsEnd();
  }

  /** Netty hears of it when it writes, or when the connection tells. */
  private void assertStreamsEnd() throws InterruptedException {
    while (server.inUse().streams() > 0) {
      events.tryEmitNext("more");
      Thread.onSpinWait();
    }
  }

  private BufferedReader open() throws Exception {
    var answer =
        client.send(
            request(STREAM, "Authorization", token(), "Accept", "text/event-stream").GET().build(),
            HttpResponse.BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    return new BufferedReader(new InputStreamReader(answer.body(), UTF_8));
  }

  /** A buffer takes a hundred times what is in it where a client sends single bytes. */
  @Test
  void bodyOfManyParts_isKeptWithoutThem() {
    byte[] call = body("read_file").getBytes(UTF_8);
    NettyDataBufferFactory buffers = new NettyDataBufferFactory(UnpooledByteBufAllocator.DEFAULT);
    Deque<PooledDataBuffer> kept = new ArrayDeque<>();
    AtomicInteger most = new AtomicInteger();
    Flux<DataBuffer> parts =
        Flux.range(0, call.length)
            .map(
                index -> {
                  kept.removeIf(before -> !before.isAllocated());
                  NettyDataBuffer part = buffers.allocateBuffer(1);
                  part.write(call[index]);
                  kept.add(part);
                  most.accumulateAndGet(kept.size(), Math::max);
                  return part;
                });
    StatusOnly answer = new StatusOnly();
    WebHttpHandlerBuilder.webHandler(exchange -> Mono.error(new AssertionError("not guarded")))
        .filter(filter)
        .build()
        .handle(new InParts(parts), answer)
        .block();
    assertThat(answer.getStatusCode()).isEqualTo(HttpStatus.UNAUTHORIZED);
    assertThat(most.get()).isEqualTo(1);
  }

  /** A call with a credential of nobody, whose body comes in these parts. */
  @SuppressWarnings("TypeParameterUnusedInFormals") // as it is declared
  private static final class InParts extends AbstractServerHttpRequest {
    private final Flux<DataBuffer> parts;

    InParts(Flux<DataBuffer> parts) {
      super(HttpMethod.POST, URI.create("http://mcp.example.com/mcp"), null, headers());
      this.parts = parts;
    }

    private static HttpHeaders headers() {
      HttpHeaders headers = new HttpHeaders();
      headers.set("Host", "mcp.example.com");
      headers.set("Authorization", "Bearer nobody");
      headers.set("Content-Type", "application/json");
      return headers;
    }

    @Override
    public Flux<DataBuffer> getBody() {
      return parts;
    }

    @Override
    protected MultiValueMap<String, HttpCookie> initCookies() {
      return new LinkedMultiValueMap<>();
    }

    @Override
    protected @Nullable SslInfo initSslInfo() {
      return null;
    }

    @Override
    public <T> T getNativeRequest() {
      throw new UnsupportedOperationException();
    }
  }

  /** An answer that nobody reads. */
  @SuppressWarnings("TypeParameterUnusedInFormals") // as it is declared
  private static final class StatusOnly extends AbstractServerHttpResponse {
    StatusOnly() {
      super(DefaultDataBufferFactory.sharedInstance);
    }

    @Override
    protected Mono<Void> writeWithInternal(Publisher<? extends DataBuffer> body) {
      return Mono.from(body).then();
    }

    @Override
    protected Mono<Void> writeAndFlushWithInternal(
        Publisher<? extends Publisher<? extends DataBuffer>> body) {
      return Mono.empty();
    }

    @Override
    protected void applyStatusCode() {}

    @Override
    protected void applyHeaders() {}

    @Override
    protected void applyCookies() {}

    @Override
    public <T> T getNativeResponse() {
      throw new UnsupportedOperationException();
    }
  }
}

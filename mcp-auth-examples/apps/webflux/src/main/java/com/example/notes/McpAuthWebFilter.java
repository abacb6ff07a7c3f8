package com.example.notes;

import io.mcpauth.AccessDecision;
import io.mcpauth.ResourceServer;
import io.mcpauth.edge.AccessRequest;
import io.mcpauth.edge.BodyReader;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.reactivestreams.Publisher;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** Puts a resource server in front of everything that a WebFlux application serves. */
public final class McpAuthWebFilter implements WebFilter, Ordered {
  private static final int MAX_BODY_BYTES = 1024 * 1024;
  private static final Duration MAX_BODY_TIME = Duration.ofSeconds(30);

  private final ResourceServer server;
  private final Sinks.Many<Boolean> changes = Sinks.many().multicast().directBestEffort();

  public McpAuthWebFilter(ResourceServer server) {
    this.server = server;
    Sinks.EmitFailureHandler oneAtATime =
        Sinks.EmitFailureHandler.busyLooping(Duration.ofSeconds(1));
    server.onCutOff(() -> changes.emitNext(true, oneAtATime));
    server.checkSetup();
  }

  /** Before whatever else looks at requests. */
  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    ServerHttpRequest request = exchange.getRequest();
    if (request.getURI().getRawPath().equals(server.resource().metadataPath())) {
      return metadata(exchange);
    }
    AtomicReference<AccessDecision.Granted> granted = new AtomicReference<>();
    AtomicBoolean over = new AtomicBoolean();
    return body(request)
        .flatMap(
            body ->
                Mono.fromCallable(() -> decide(request, body, granted, over))
                    .subscribeOn(Schedulers.boundedElastic()) // it may wait for keys or a database
                    .flatMap(decision -> answer(decision, body, exchange, chain)))
        .doFinally(
            end -> {
              over.set(true);
              end(granted.get());
            });
  }

  /** The whole body, in bounds, before anybody waits for it. */
  private Mono<Body> body(ServerHttpRequest request) {
    boolean stranger =
        server.credentialHeaders().stream()
            .allMatch(name -> request.getHeaders().getOrEmpty(name).isEmpty());
    int most = stranger ? server.limits().anonymousBodyBytes() : MAX_BODY_BYTES;
    return request
        .getBody()
        .collect(ByteArrayOutputStream::new, (bytes, part) -> add(bytes, part, most))
        .map(bytes -> Body.of(bytes.toByteArray()))
        .onErrorReturn(DataBufferLimitException.class, new Body(new byte[0], most + 1L, false))
        .timeout(MAX_BODY_TIME, Mono.just(new Body(new byte[0], 0, true)));
  }

  /** Copied at once: a buffer that is kept takes a hundred bytes, however few are in it. */
  private static void add(ByteArrayOutputStream bytes, DataBuffer part, int most) {
    byte[] next = new byte[part.readableByteCount()];
    part.read(next);
    DataBufferUtils.release(part);
    if (bytes.size() + next.length > most) {
      throw new DataBufferLimitException("The body is too large");
    }
    bytes.writeBytes(next);
  }

  private record Body(byte[] bytes, long length, boolean late) {
    static Body of(byte[] bytes) {
      return new Body(bytes, bytes.length, false);
    }
  }

  /** A client that has gone meanwhile takes no place. */
  private AccessDecision decide(
      ServerHttpRequest request,
      Body body,
      AtomicReference<AccessDecision.Granted> granted,
      AtomicBoolean over) {
    AccessDecision decision = server.decide(new Asked(request, body, server.endpointPath()));
    if (decision instanceof AccessDecision.Granted one) {
      granted.set(one);
      if (over.get()) {
        end(one);
      }
    }
    return decision;
  }

  private static void end(AccessDecision.Granted granted) {
    if (granted != null) {
      granted.ended();
    }
  }

  private record Asked(ServerHttpRequest request, Body content, String endpoint)
      implements AccessRequest {
    /** What is open to everybody is so there alone, also where a proxy shortens the path. */
    @Override
    public boolean isElsewhere() {
      String path = request.getURI().getRawPath();
      return !endpoint.equals("/") && (path.length() < 2 || !endpoint.endsWith(path));
    }

    @Override
    public String method() {
      return request.getMethod().name();
    }

    @Override
    public List<String> headers(String name) {
      return request.getHeaders().getOrEmpty(name);
    }

    @Override
    public String query() {
      return request.getURI().getRawQuery();
    }

    @Override
    public byte[] body(BodyReader reader) throws IOException {
      if (content.late()) {
        throw new AuthException(ReasonCode.BODY_TIMEOUT);
      }
      ByteArrayInputStream bytes = new ByteArrayInputStream(content.bytes());
      return reader.read(bytes, content.length(), MAX_BODY_BYTES);
    }
  }

  private Mono<Void> answer(
      AccessDecision decision, Body body, ServerWebExchange exchange, WebFilterChain chain) {
    ServerHttpResponse response = exchange.getResponse();
    HttpHeaders headers = response.getHeaders();
    if (decision instanceof AccessDecision.Granted granted) {
      return chain.filter(known(exchange, granted, body.bytes()));
    }
    if (decision instanceof AccessDecision.Refused refused) {
      response.setStatusCode(HttpStatusCode.valueOf(refused.status()));
      refused.headers().forEach(headers::set);
      refused.furtherChallenges().forEach(line -> headers.add("WWW-Authenticate", line));
      return response.writeWith(Mono.just(response.bufferFactory().wrap(refused.body())));
    }
    if (decision instanceof AccessDecision.Dropped dropped) {
      response.setStatusCode(HttpStatus.ACCEPTED);
      dropped.headers().forEach(headers::set);
    } else if (decision instanceof AccessDecision.Preflight preflight) {
      response.setStatusCode(HttpStatus.NO_CONTENT);
      preflight.headers().forEach(headers::set);
    }
    return response.setComplete();
  }

  /** What goes on: the caller, the very bytes that were judged, and no credential. */
  private ServerWebExchange known(
      ServerWebExchange exchange, AccessDecision.Granted granted, byte[] body) {
    ServerHttpRequest bare =
        exchange.getRequest().mutate().headers(headers -> hide(headers, granted)).build();
    ServerHttpRequest request =
        new ServerHttpRequestDecorator(bare) {
          @Override
          public Flux<DataBuffer> getBody() {
            return body.length == 0
                ? Flux.empty()
                : Flux.defer(
                    () -> Flux.just(exchange.getResponse().bufferFactory().wrap(body.clone())));
          }
        };
    return exchange
        .mutate()
        .request(request)
        .response(gated(exchange, granted))
        .principal(Mono.justOrEmpty(granted.principal()))
        .build();
  }

  private void hide(HttpHeaders headers, AccessDecision.Granted granted) {
    for (String name : List.copyOf(headers.toSingleValueMap().keySet())) {
      String known = name.toLowerCase(Locale.ROOT).replace('_', '-');
      if (server.credentialHeaders().contains(known)
          || (granted.withoutSessionId() && known.equals("mcp-session-id"))) {
        headers.remove(name);
      }
    }
  }

  /** An answer that ends when its caller is cut off, and a stream with its token. */
  private ServerHttpResponse gated(ServerWebExchange exchange, AccessDecision.Granted granted) {
    ServerHttpResponse response = exchange.getResponse();
    boolean delete = exchange.getRequest().getMethod().name().equals("DELETE");
    response.beforeCommit(
        () ->
            Mono.<Void>fromRunnable(() -> beforeCommit(response, granted, delete))
                .subscribeOn(Schedulers.boundedElastic()));
    Mono<Boolean> end = end(granted, server.clock()::instant);
    return new ServerHttpResponseDecorator(response) {
      @Override
      public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
        return super.writeWith(Flux.from(body).takeUntilOther(end));
      }

      @Override
      public Mono<Void> writeAndFlushWith(
          Publisher<? extends Publisher<? extends DataBuffer>> body) {
        return super.writeAndFlushWith(
            Flux.from(body).map(part -> Flux.from(part).takeUntilOther(end)).takeUntilOther(end));
      }
    };
  }

  private static void beforeCommit(
      ServerHttpResponse response, AccessDecision.Granted granted, boolean delete) {
    HttpHeaders headers = response.getHeaders();
    for (String name : List.copyOf(headers.toSingleValueMap().keySet())) {
      if (name.toLowerCase(Locale.ROOT).startsWith("access-control-")) {
        headers.remove(name); // two origins in one answer are none to a browser
      }
    }
    granted.answerHeaders().forEach(headers::set);
    if (granted.cutOff()) {
      response.setStatusCode(HttpStatus.SERVICE_UNAVAILABLE); // asked again, it gets the reason
      headers.remove(HttpHeaders.CONTENT_LENGTH);
      headers.set("Retry-After", "1");
      return;
    }
    String session = headers.getFirst("Mcp-Session-Id");
    HttpStatusCode status = response.getStatusCode();
    if (session != null) {
      granted.sessionOpened(session);
    }
    if (delete && (status == null || status.is2xxSuccessful())) {
      granted.sessionEnded();
    }
  }

  private Mono<Boolean> end(
      AccessDecision.Granted granted, java.util.function.Supplier<Instant> now) {
    Instant last = granted.streamEndsAt();
    Flux<Boolean> second =
        last == null ? Flux.never() : Flux.interval(Duration.ofSeconds(1)).map(count -> true);
    return Flux.merge(changes.asFlux(), second, Flux.just(true)) // in this order: none is missed
        .filter(changed -> granted.cutOff() || (last != null && !now.get().isBefore(last)))
        .next();
  }

  private Mono<Void> metadata(ServerWebExchange exchange) {
    ServerHttpResponse response = exchange.getResponse();
    HttpHeaders headers = response.getHeaders();
    headers.set("Access-Control-Allow-Origin", "*"); // there is nothing secret in it
    switch (exchange.getRequest().getMethod().name()) {
      case "GET", "HEAD" -> {
        headers.setContentType(MediaType.APPLICATION_JSON);
        headers.set("Cache-Control", "public, max-age=300");
        byte[] json = server.metadata().toJson();
        return response.writeWith(Mono.just(response.bufferFactory().wrap(json)));
      }
      case "OPTIONS" -> {
        response.setStatusCode(HttpStatus.NO_CONTENT);
        headers.set("Access-Control-Allow-Methods", "GET, HEAD");
        headers.set("Access-Control-Allow-Headers", "*");
      }
      default -> {
        response.setStatusCode(HttpStatus.METHOD_NOT_ALLOWED);
        headers.set("Allow", "GET, HEAD, OPTIONS");
      }
    }
    return response.setComplete();
  }
}

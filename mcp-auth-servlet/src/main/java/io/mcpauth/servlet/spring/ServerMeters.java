package io.mcpauth.servlet.spring;

import io.mcpauth.AuthEvents;
import io.mcpauth.ResourceServer;
import io.mcpauth.edge.RequestLimits;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.token.KeyStatus;
import io.mcpauth.token.Verifications;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** What a resource server counts, as meters: docs/spring.md has their names. */
final class ServerMeters implements MeterBinder, AutoCloseable {
  private static final String NONE = "none";

  private final List<ResourceServer> servers;
  private final List<ResourceServer.Registration> listening = new CopyOnWriteArrayList<>();

  ServerMeters(List<ResourceServer> servers) {
    this.servers = List.copyOf(servers);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    for (ResourceServer server : servers) {
      Tags tags = Tags.of("resource", server.resource().value());
      listening.add(server.onDecision(event -> count(registry, tags, event)));
      verifications(registry, tags, server);
      inUse(registry, tags, server);
      server.keyStatus().forEach(keys -> keys(registry, tags, server, keys.issuer()));
    }
  }

  private static void count(MeterRegistry registry, Tags tags, AuthEvents.Event event) {
    ReasonCode reason = event.reason();
    registry
        .counter(
            "mcp.auth.requests",
            tags.and(
                "outcome",
                reason == null ? "granted" : "refused",
                "reason",
                reason == null ? NONE : reason.name()))
        .increment();
  }

  private static void verifications(MeterRegistry registry, Tags tags, ResourceServer server) {
    FunctionTimer.builder(
            "mcp.auth.verifications",
            server,
            one -> one.verifications().made(),
            one -> one.verifications().took().toNanos(),
            TimeUnit.NANOSECONDS)
        .description("How often tokens were verified, and how long that took")
        .tags(tags)
        .register(registry);
    FunctionCounter.builder("mcp.auth.verdicts.used", server, one -> one.verifications().kept())
        .description("How often a verdict on a token that was kept was enough")
        .tags(tags)
        .register(registry);
    gauge(tags, server, "mcp.auth.verdicts.hit.ratio", ServerMeters::hitRatio)
        .description("The share of tokens for which a kept verdict was enough, since the start")
        .register(registry);
  }

  private static double hitRatio(ResourceServer server) {
    Verifications counted = server.verifications();
    long all = counted.kept() + counted.made();
    return all == 0 ? Double.NaN : (double) counted.kept() / all;
  }

  private static void inUse(MeterRegistry registry, Tags tags, ResourceServer server) {
    RequestLimits limits = server.limits();
    gauge(tags, server, "mcp.auth.streams", one -> one.inUse().streams())
        .description("Event streams that are open")
        .register(registry);
    gauge(tags, server, "mcp.auth.streams.limit", one -> limits.streams())
        .description("How many may be open at one time")
        .register(registry);
    gauge(tags, server, "mcp.auth.bodies", one -> one.inUse().bodyBytes())
        .description("The bytes of bodies that are being read or judged")
        .baseUnit("bytes")
        .register(registry);
    gauge(tags, server, "mcp.auth.bodies.limit", one -> limits.bodyBytes())
        .description("How many they may take at one time")
        .baseUnit("bytes")
        .register(registry);
    gauge(tags, server, "mcp.auth.anonymous.requests", one -> one.inUse().requests())
        .description("Bodies that are being read, and calls without a credential answered")
        .register(registry);
    FunctionCounter.builder("mcp.auth.limit.refusals", server, one -> one.inUse().refusals())
        .description("Requests that got a 503 because a limit was reached")
        .tags(tags)
        .register(registry);
  }

  private static void keys(
      MeterRegistry registry, Tags tags, ResourceServer server, String issuer) {
    Tags ofIssuer = tags.and("issuer", issuer);
    gauge(ofIssuer, server, "mcp.auth.keys.age", one -> age(one, issuer))
        .description("How long ago the fetch began that brought the keys")
        .baseUnit("seconds")
        .register(registry);
    gauge(ofIssuer, server, "mcp.auth.keys", of(issuer, KeyStatus::keys))
        .description("Usable keys of the issuer")
        .register(registry);
    counter(registry, ofIssuer, server, "mcp.auth.keys.fetches", of(issuer, KeyStatus::fetches));
    counter(registry, ofIssuer, server, "mcp.auth.keys.failures", of(issuer, KeyStatus::failures));
    counter(
        registry,
        ofIssuer,
        server,
        "mcp.auth.signature.checks",
        of(issuer, KeyStatus::signatureChecks));
  }

  private static double age(ResourceServer server, String issuer) {
    for (KeyStatus keys : server.keyStatus()) {
      if (keys.issuer().equals(issuer) && keys.lastSuccess() != null) {
        return Duration.between(keys.lastSuccess(), server.clock().instant()).toMillis() / 1000.0;
      }
    }
    return Double.NaN;
  }

  private static ToDoubleFunction<ResourceServer> of(
      String issuer, ToDoubleFunction<KeyStatus> value) {
    return server ->
        server.keyStatus().stream()
            .filter(keys -> keys.issuer().equals(issuer))
            .mapToDouble(value)
            .sum();
  }

  private static Gauge.Builder<ResourceServer> gauge(
      Tags tags, ResourceServer server, String name, ToDoubleFunction<ResourceServer> value) {
    return Gauge.builder(name, server, value).tags(tags).strongReference(true);
  }

  private static void counter(
      MeterRegistry registry,
      Tags tags,
      ResourceServer server,
      String name,
      ToDoubleFunction<ResourceServer> value) {
    FunctionCounter.builder(name, server, value).tags(tags).register(registry);
  }

  @Override
  public void close() {
    listening.forEach(ResourceServer.Registration::close);
  }
}

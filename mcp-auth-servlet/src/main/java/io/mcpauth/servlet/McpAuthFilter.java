package io.mcpauth.servlet;

import io.mcpauth.AccessDecision;
import io.mcpauth.ResourceServer;
import io.mcpauth.token.McpPrincipal;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a request through to the MCP server only when the {@link ResourceServer} grants it, with the
 * proven caller attached; writes the refusal otherwise.
 *
 * <pre>{@code
 * FilterRegistration.Dynamic filter = context.addFilter("mcp-auth", new McpAuthFilter(server));
 * filter.setAsyncSupported(true);
 * filter.addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), false, "/*");
 * }</pre>
 *
 * <p>Behind it the caller is {@code request.getUserPrincipal()} and the request attribute {@link
 * #PRINCIPAL_ATTRIBUTE}, both a {@link McpPrincipal}; the body is the very bytes that were judged;
 * the headers with the credential are gone, because a token goes to nobody else. The response
 * passes as it is written, event streams included, apart from CORS headers, which are the filter's.
 * A long stream (GET, {@code subscriptions/listen}) ends when the token of its caller does, and any
 * answer when its caller would be refused now ({@link ResourceServer#access()}) or the filter is
 * destroyed: writes then throw an {@link IOException}, and an asynchronous request is completed. A
 * servlet that is still working is not interrupted. For an anonymous call that the policy allows
 * both caller and attribute are null.
 *
 * <p>Must be mapped with async support, to {@code /*} or to servlets by name, best for every kind
 * of dispatch: {@link McpAuthInstaller} does. It refuses, and does not pass on, whatever is not
 * HTTP. Requests for the metadata documents, and signals from outside, are answered by the filter
 * itself.
 */
public final class McpAuthFilter implements Filter {
  /** The request attribute that holds the {@link McpPrincipal}. */
  public static final String PRINCIPAL_ATTRIBUTE = "io.mcpauth.principal";

  /**
   * The request attribute that holds the token of this request as an {@link
   * io.mcpauth.client.SubjectToken}, for a {@link io.mcpauth.client.TokenExchange} at its issuer.
   * It has no accessor: nothing behind the filter can read the token. Null for an anonymous call.
   * The request that the filter hands on answers for it, and no other.
   */
  public static final String SUBJECT_TOKEN_ATTRIBUTE = "io.mcpauth.subject-token";

  /**
   * The request attribute that holds the {@link AccessDecision.Granted#comparedHeaders()} of a
   * granted request, a {@code Set<String>}: for whoever hands the request on to a server that may
   * read these headers alone, and must not be told what was compared with nothing. The request that
   * the filter hands on answers for it, as for {@link #SUBJECT_TOKEN_ATTRIBUTE}.
   */
  public static final String COMPARED_HEADERS_ATTRIBUTE = "io.mcpauth.compared-headers";

  /**
   * The request attribute that holds the {@link AccessDecision.Granted#messageEndpoint()} of a
   * granted request, a {@code String}; null for all but the messages of HTTP+SSE. For whoever hands
   * the request on: the request that the filter hands on answers for it, as for {@link
   * #SUBJECT_TOKEN_ATTRIBUTE}.
   */
  public static final String MESSAGE_ENDPOINT_ATTRIBUTE = "io.mcpauth.message-endpoint";

  /**
   * The attribute of the servlet context that holds the {@link ResourceServer} of a started filter,
   * whoever built it: how code in the context gets at one that a {@code web.xml} configures, to
   * hold its policy to the tools that there are, to cut callers off, or for metrics.
   *
   * <pre>{@code
   * ResourceServer server =
   *     (ResourceServer) getServletContext().getAttribute(McpAuthFilter.RESOURCE_SERVER_ATTRIBUTE);
   * server.livePolicy().requireKnown(List.of("read_file", "write_file"));
   * }</pre>
   *
   * <p>There when {@code Servlet.init} runs, and from {@link McpAuthInstaller#install} on where
   * that is used; gone when the context ends, so a {@code ServletContextListener} of {@code
   * web.xml} has it neither before nor after. A context with several resources has none under this
   * name: each is under it with a colon and its identifier behind, as a sole one is too, such as
   * {@code io.mcpauth.resource-server:https://mcp.example.com/mcp}. Whoever gets it does not close
   * it.
   */
  public static final String RESOURCE_SERVER_ATTRIBUTE = "io.mcpauth.resource-server";

  /**
   * The request attribute that holds a {@link io.mcpauth.policy.ListAnswers} for the answer to a
   * granted request, where that can have a list in it which its caller is shown a part of: asked
   * for by the body, or on a stream. Null for all others. For whoever has a server behind that does
   * not ask the policy what to show: the request that the filter hands on answers for it, as for
   * {@link #SUBJECT_TOKEN_ATTRIBUTE}.
   */
  public static final String LIST_ANSWERS_ATTRIBUTE = "io.mcpauth.list-answers";

  /** The largest body that is read where nothing else is configured: 1 MiB. */
  public static final int DEFAULT_MAX_BODY_BYTES = 1024 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(McpAuthFilter.class);

  private final @Nullable Guarding given;
  private final String judgedAttribute = "io.mcpauth.judged." + UUID.randomUUID();
  private final AtomicBoolean warned = new AtomicBoolean();
  private final AtomicBoolean warnedOfBodies = new AtomicBoolean();
  private final HeaderCacheWarning headerCache;
  private volatile @Nullable Running running;

  /** What a started filter works with. */
  private record Running(
      Guarding guarding,
      OpenStreams streams,
      @Nullable McpServlets servlets,
      @Nullable ServletContext context) {
    static Running of(
        Guarding guarding, @Nullable McpServlets servlets, @Nullable ServletContext context) {
      OpenStreams streams =
          new OpenStreams(
              guarding.server()::onCutOff, guarding.server().clock(), guarding.timers().get());
      return new Running(guarding, streams, servlets, context);
    }

    /** Twice told: by the path that is asked for, and by the servlet that the container chose. */
    boolean opens(HttpServletRequest request) {
      return guarding.openPaths().admits(request)
          && servlets != null
          && servlets.leaveAlone(request);
    }

    /** Only where all is guarded: an application that names its servlets means all of each. */
    boolean isElsewhere(HttpServletRequest request) {
      return servlets != null
          && guarding.servlets().isEmpty()
          && servlets.isBeside(request)
          && !guarding.openPaths().mayBeEndpoint(WellKnownDocuments.pathOf(request));
    }
  }

  /**
   * A filter for {@code web.xml}: what it guards is in its init-params, those of the context, the
   * environment and system properties (docs/configuration.md). It has to be mapped to {@code /*}.
   */
  public McpAuthFilter() {
    this.given = null;
    this.headerCache = new HeaderCacheWarning(LOG::warn);
  }

  /**
   * A filter that guards all it is mapped to and does not close the resource server. {@link
   * McpAuthInstaller} maps it as well, and has more to set.
   *
   * @throws IllegalArgumentException if the server accepts {@code BrowserSessions}: the installer
   *     has to say how they are found
   */
  public McpAuthFilter(ResourceServer server) {
    Guarding all = Guarding.all(server);
    this.given = all;
    this.headerCache = new HeaderCacheWarning(LOG::warn);
    this.running = Running.of(all, null, null); // within another filter nobody starts it
  }

  McpAuthFilter(Guarding guarding) {
    this(guarding, new HeaderCacheWarning(LOG::warn));
  }

  McpAuthFilter(Guarding guarding, HeaderCacheWarning headerCache) {
    this.given = guarding;
    this.headerCache = headerCache;
  }

  /**
   * Reads the configuration, where there is one to read, and checks where the filter stands. That
   * no servlet is mapped to the path of the resource is a warning in the log.
   *
   * @throws IllegalArgumentException if a setting is missing, unknown, wrong or contradicts
   *     another, or an open path leads to the MCP servlet
   * @throws IllegalStateException if the filter is mapped in a way that URLs lead past, guards a
   *     servlet that does not exist, or its context cannot serve the metadata where clients look;
   *     the message says what to do
   */
  @Override
  public void init(FilterConfig config) {
    ServletContext context = config.getServletContext();
    Guarding known = given;
    Placement.requireMapping(config, known != null);
    Guarding guarding = known == null ? FilterSettings.read(config) : known;
    McpServlets servlets = requirePlacement(config, guarding);
    OpenLiberty.warnOfCache(context, LOG::warn);
    Placement.warnOfUnanswered(context, guarding);
    headerCache.atStart(context);
    Running before = running;
    if (before != null) {
      before.streams().close();
    }
    running = Running.of(guarding, servlets, context); // started again, it has a life of its own
    ContextServers.add(context, guarding.server());
    guarding.server().checkSetup();
  }

  /**
   * A filter that does not start is not destroyed either, so nobody else would close its server.
   */
  private static McpServlets requirePlacement(FilterConfig config, Guarding guarding) {
    ServletContext context = config.getServletContext();
    try {
      OpenLiberty.require(config);
      Placement.requireServlets(context, guarding.servlets());
      Placement.requireWellKnown(context, guarding);
      String endpoint = Placement.pathWithin(context, guarding.server().endpointPath());
      McpServlets servlets = new McpServlets(context, endpoint);
      guarding.requireSignalsBeside(endpoint);
      guarding.requireOpenPathsBeside(context.getContextPath(), endpoint, servlets);
      Set<String> unused = guarding.oauth().pathsWithin(context.getContextPath());
      return servlets;
    } catch (RuntimeException e) {
      ContextServers.remove(context, guarding.server());
      guarding.close();
      throw e;
    }
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!(request instanceof HttpServletRequest http)
        || !(response instanceof HttpServletResponse httpResponse)) {
      throw new ServletException("mcp-auth guards HTTP only");
    }
    Running now = running;
    if (now == null) {
      throw new ServletException("mcp-auth has not been started, so it lets nothing through");
    }
    if (http.getAttribute(judgedAttribute) instanceof GrantedAccess access) {
      pass(http, httpResponse, access, chain); // ASYNC, FORWARD, ERROR, INCLUDE, or mapped twice
    } else if (http.getDispatcherType() == DispatcherType.REQUEST && !BodyLength.isClear(http)) {
      if (warnedOfBodies.compareAndSet(false, true)) {
        LOG.warn(
            "a request was answered with 400, and its connection ended, because Content-Length or"
                + " Transfer-Encoding can be read in two ways; further ones are not logged");
      }
      BodyLength.refuse(httpResponse);
    } else if (http.getDispatcherType() == DispatcherType.REQUEST
        && (now.guarding().documents().serve(http, httpResponse)
            || now.guarding().signals().serve(http, httpResponse)
            || now.guarding().oauth().serve(http, httpResponse))) {
      return; // nothing behind hears of it, so that no spelling of a path leads past the decision
    } else if (now.opens(http)) {
      chain.doFilter(request, response);
    } else if (http.getDispatcherType() == DispatcherType.REQUEST
        && now.guarding().notServed().isFor(http)) {
      RefusedBody.behind(
          http,
          httpResponse,
          now.guarding().server(),
          () -> now.guarding().notServed().answer(http, httpResponse));
    } else {
      decide(now, http, httpResponse, chain);
    }
  }

  /**
   * Ends the answers that are still open, and closes the servers where the filter made them or the
   * installer handed them over.
   */
  @Override
  public void destroy() {
    Running last = running;
    if (last != null) {
      last.streams().close();
      if (last.context() != null) {
        ContextServers.remove(last.context(), last.guarding().server());
      }
      last.guarding().close();
    }
  }

  private void decide(
      Running now, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    headerCache.atRequest(request.getServletContext());
    Guarding guarding = now.guarding();
    ServletAccessRequest access =
        new ServletAccessRequest(
            request, guarding.maxBodyBytes(), guarding.login(), () -> now.isElsewhere(request));
    AccessDecision decision = now.guarding().server().decide(access);
    if (decision instanceof AccessDecision.Granted granted) {
      warnOfAsync(request);
      OpenStream stream = new OpenStream(granted, now.streams(), request.getMethod());
      GrantedAccess grant =
          new GrantedAccess(
              stream,
              access.bodyThatWasRead(),
              request.getQueryString(),
              now.guarding().server(),
              request);
      request.setAttribute(judgedAttribute, grant);
      request.setAttribute(PRINCIPAL_ATTRIBUTE, granted.principal()); // removed where it is null
      granted.answerHeaders().forEach(response::setHeader);
      pass(request, response, grant, chain);
    } else if (decision instanceof AccessDecision.Refused refused) {
      RefusedBody.behind(
          request, response, now.guarding().server(), () -> write(response, refused));
    } else if (decision instanceof AccessDecision.Preflight preflight) {
      response.setStatus(HttpServletResponse.SC_NO_CONTENT);
      preflight.headers().forEach(response::setHeader);
    } else if (decision instanceof AccessDecision.Dropped dropped) {
      response.setStatus(HttpServletResponse.SC_ACCEPTED);
      dropped.headers().forEach(response::setHeader);
    }
  }

  private static void write(HttpServletResponse response, AccessDecision.Refused refused)
      throws IOException {
    response.setStatus(refused.status());
    refused.headers().forEach(response::setHeader);
    refused.furtherChallenges().forEach(line -> response.addHeader("WWW-Authenticate", line));
    response.setContentLength(refused.body().length);
    response.getOutputStream().write(refused.body());
  }

  /** A mapping without it fails only at the first stream, and in the servlet's words. */
  private void warnOfAsync(HttpServletRequest request) {
    if (!request.isAsyncSupported() && warned.compareAndSet(false, true)) {
      LOG.warn(
          "asynchronous processing is off for a request that was granted, so event streams will"
              + " fail: add <async-supported>true</async-supported> to every filter and servlet on"
              + " its way");
    }
  }

  private static void pass(
      HttpServletRequest request,
      HttpServletResponse response,
      GrantedAccess access,
      FilterChain chain)
      throws IOException, ServletException {
    OpenStream stream = access.stream();
    DispatcherType type = request.getDispatcherType(); // afterwards the container may have reset it
    GrantedResponse known = GrantedResponse.within(response, stream);
    GrantedResponse gated = known == null ? new GrantedResponse(response, stream) : known;
    try {
      if (stream.enter(type)) {
        chain.doFilter(
            new GrantedRequest(request, access, gated), known == null ? gated : response);
        if (type == DispatcherType.REQUEST && stream.async() == null) {
          stream.answered(response);
        }
      } else if (type == DispatcherType.REQUEST) {
        // Cut off, expired or stopped since it was judged: asked again, it gets the reason.
        response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        response.setHeader("Retry-After", "1");
        response.setHeader("Cache-Control", "no-store");
      }
    } catch (IOException | ServletException | RuntimeException e) {
      if (type == DispatcherType.REQUEST && stream.async() == null) {
        stream.failed(response);
      }
      if (!StreamEndedException.caused(e)) {
        throw e; // the servlet's own, and what the end of the answer caused is none
      }
    } finally {
      stream.leave(type);
    }
  }
}

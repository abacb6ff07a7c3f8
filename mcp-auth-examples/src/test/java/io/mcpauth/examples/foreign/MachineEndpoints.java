package io.mcpauth.examples.foreign;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import jakarta.servlet.Filter;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AccessTokenAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2RefreshTokenAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2TokenRevocationAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.token.DelegatingOAuth2TokenGenerator;
import org.springframework.security.oauth2.server.authorization.token.JwtGenerator;
import org.springframework.security.oauth2.server.authorization.web.NimbusJwkSetEndpointFilter;
import org.springframework.security.oauth2.server.authorization.web.OAuth2AuthorizationServerMetadataEndpointFilter;
import org.springframework.security.oauth2.server.authorization.web.OAuth2ClientAuthenticationFilter;
import org.springframework.security.oauth2.server.authorization.web.OAuth2TokenEndpointFilter;
import org.springframework.security.oauth2.server.authorization.web.OAuth2TokenRevocationEndpointFilter;
import org.springframework.security.oauth2.server.authorization.web.authentication.OAuth2AuthorizationCodeAuthenticationConverter;
import org.springframework.security.oauth2.server.authorization.web.authentication.OAuth2RefreshTokenAuthenticationConverter;
import org.springframework.security.web.authentication.DelegatingAuthenticationConverter;
import org.springframework.security.web.header.HeaderWriterFilter;
import org.springframework.security.web.header.writers.CacheControlHeadersWriter;
import org.springframework.security.web.header.writers.XContentTypeOptionsHeaderWriter;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;

/** Metadata, keys, token, revocation and registration. */
final class MachineEndpoints {
  private static final List<String> LOOPBACK_ORIGINS =
      Stream.of("localhost", "127.0.0.1", "[::1]")
          .flatMap(host -> Stream.of("http://" + host + ":[*]", "https://" + host + ":[*]"))
          .toList();

  private final SpringProvider.Settings settings;
  private final Clients clients;
  private final Grants grants;
  private final Clock clock;
  private final JsonErrors errors = new JsonErrors();
  private final JWKSource<SecurityContext> keys = SigningKey.generate();

  MachineEndpoints(SpringProvider.Settings settings, Clients clients, Grants grants, Clock clock) {
    this.settings = settings;
    this.clients = clients;
    this.grants = grants;
    this.clock = clock;
  }

  static RequestMatcher requests() {
    PathPatternRequestMatcher.Builder paths = PathPatternRequestMatcher.withDefaults();
    return new OrRequestMatcher(
        paths.matcher("/.well-known/**"),
        paths.matcher(Endpoints.JWKS),
        paths.matcher(Endpoints.TOKEN),
        paths.matcher(Endpoints.REVOKE),
        paths.matcher(Endpoints.REGISTER));
  }

  List<Filter> filters(ServerContextFilter context) {
    RequestMatcher authenticated =
        new OrRequestMatcher(post(Endpoints.TOKEN), post(Endpoints.REVOKE));
    OAuth2AuthorizationServerMetadataEndpointFilter metadata =
        new OAuth2AuthorizationServerMetadataEndpointFilter();
    metadata.setAuthorizationServerMetadataCustomizer(
        new ServerMetadata(settings.scopes().keySet(), clients.takeDocuments()));
    return List.of(
        new HeaderWriterFilter(
            List.of(new XContentTypeOptionsHeaderWriter(), new CacheControlHeadersWriter())),
        cors(),
        new HeadAsGet(),
        context,
        new TokenRequestShape(authenticated, errors),
        new ParametersWithoutValue(authenticated),
        new KnownGrantFirst(authenticated, clients, grants, errors),
        clientAuthentication(authenticated),
        token(),
        revocation(),
        new RegistrationEndpoint(post(Endpoints.REGISTER), clients, errors),
        metadata,
        new NimbusJwkSetEndpointFilter(keys, Endpoints.JWKS),
        new LastResort());
  }

  /**
   * Clients that run in a browser call these from any origin; there are no cookies to protect. Only
   * what anybody may leave something at, which is registration, is for pages of this machine alone:
   * a request that a page of another origin sends is refused, preflight or not.
   */
  private static CorsFilter cors() {
    CorsConfiguration any = new CorsConfiguration();
    any.addAllowedOrigin(CorsConfiguration.ALL);
    CorsConfiguration local = new CorsConfiguration();
    local.setAllowedOriginPatterns(LOOPBACK_ORIGINS);
    for (CorsConfiguration configuration : List.of(any, local)) {
      configuration.setAllowedMethods(List.of("GET", "HEAD", "POST", "OPTIONS"));
      configuration.addAllowedHeader(CorsConfiguration.ALL);
      configuration.addExposedHeader("WWW-Authenticate");
      configuration.setAllowCredentials(false);
    }
    UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
    source.registerCorsConfiguration(Endpoints.REGISTER, local); // the first that fits counts
    source.registerCorsConfiguration("/**", any);
    return new CorsFilter(source);
  }

  private Filter clientAuthentication(RequestMatcher authenticated) {
    OAuth2ClientAuthenticationFilter filter =
        new OAuth2ClientAuthenticationFilter(
            new ProviderManager(new ClientAuthenticator(clients, settings.accessTokenLifetime())),
            authenticated);
    filter.setAuthenticationConverter(new ClientCredential());
    filter.setAuthenticationFailureHandler(errors);
    return filter;
  }

  private Filter token() {
    JwtGenerator accessTokens = new JwtGenerator(new NimbusJwtEncoder(keys));
    accessTokens.setClock(clock);
    accessTokens.setJwtCustomizer(new AccessTokenClaims(new Resources(settings), settings));
    var generator = new DelegatingOAuth2TokenGenerator(accessTokens, new RefreshTokens(clock));
    OAuth2TokenEndpointFilter filter =
        new OAuth2TokenEndpointFilter(
            oneAtATime(
                new ProviderManager(
                    new CodeExchange(
                        grants,
                        new OAuth2AuthorizationCodeAuthenticationProvider(grants, generator),
                        clock),
                    new BoundRefresh(
                        grants, new OAuth2RefreshTokenAuthenticationProvider(grants, generator)))),
            Endpoints.TOKEN);
    filter.setAuthenticationConverter(
        new DelegatingAuthenticationConverter(
            new OAuth2AuthorizationCodeAuthenticationConverter(),
            new OAuth2RefreshTokenAuthenticationConverter()));
    filter.setAuthenticationFailureHandler(errors);
    return filter;
  }

  /**
   * A code or a refresh token shown twice at the same moment must not count twice, and the
   * in-memory store reads and writes in two steps.
   */
  private AuthenticationManager oneAtATime(AuthenticationManager manager) {
    Object lock = new Object();
    return request -> {
      synchronized (lock) {
        Authentication granted = manager.authenticate(request);
        if (granted instanceof OAuth2AccessTokenAuthenticationToken tokens) {
          clients.keep(tokens.getRegisteredClient().getClientId());
        }
        return granted;
      }
    };
  }

  private Filter revocation() {
    OAuth2TokenRevocationEndpointFilter filter =
        new OAuth2TokenRevocationEndpointFilter(
            new ProviderManager(new OAuth2TokenRevocationAuthenticationProvider(grants)),
            Endpoints.REVOKE);
    filter.setAuthenticationFailureHandler(errors);
    return filter;
  }

  private static RequestMatcher post(String path) {
    return PathPatternRequestMatcher.withDefaults().matcher(HttpMethod.POST, path);
  }
}

package io.mcpauth.examples.foreign;

import jakarta.servlet.Filter;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.authentication.dao.DaoAuthenticationProvider;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.server.authorization.InMemoryOAuth2AuthorizationConsentService;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsentService;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationConsentAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.web.OAuth2AuthorizationEndpointFilter;
import org.springframework.security.oauth2.server.authorization.web.authentication.OAuth2AuthorizationConsentAuthenticationConverter;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.access.ExceptionTranslationFilter;
import org.springframework.security.web.authentication.DelegatingAuthenticationConverter;
import org.springframework.security.web.authentication.UsernamePasswordAuthenticationFilter;
import org.springframework.security.web.authentication.session.ChangeSessionIdAuthenticationStrategy;
import org.springframework.security.web.authentication.session.CompositeSessionAuthenticationStrategy;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.security.web.context.SecurityContextHolderFilter;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.security.web.csrf.CsrfAuthenticationStrategy;
import org.springframework.security.web.csrf.CsrfFilter;
import org.springframework.security.web.header.HeaderWriterFilter;
import org.springframework.security.web.header.writers.CacheControlHeadersWriter;
import org.springframework.security.web.header.writers.ContentSecurityPolicyHeaderWriter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.header.writers.XContentTypeOptionsHeaderWriter;
import org.springframework.security.web.header.writers.frameoptions.XFrameOptionsHeaderWriter;
import org.springframework.security.web.savedrequest.NullRequestCache;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;

/** Login, consent and the authorization endpoint. */
final class BrowserEndpoints {
  private final SpringProvider.Settings settings;
  private final String issuer;
  private final Clients clients;
  private final Grants grants;
  private final Resources resources;
  private final Clock clock;
  private final OAuth2AuthorizationConsentService consents =
      new InMemoryOAuth2AuthorizationConsentService();
  private final ApprovedPlaces places;
  private final LoginPage loginPage = new LoginPage();
  private final SecurityContextRepository sessions = new HttpSessionSecurityContextRepository();
  private final FormTokens csrfTokens = new FormTokens();

  BrowserEndpoints(
      SpringProvider.Settings settings,
      String issuer,
      Clients clients,
      Grants grants,
      Clock clock) {
    this.settings = settings;
    this.issuer = issuer;
    this.clients = clients;
    this.grants = grants;
    this.resources = new Resources(settings);
    this.places = new ApprovedPlaces(consents, clients.redirects());
    this.clock = clock;
  }

  List<Filter> filters(ServerContextFilter context) {
    return List.of(
        headers(),
        new RequestLength(),
        new ParametersWithoutValue(
            PathPatternRequestMatcher.withDefaults().matcher(HttpMethod.GET, Endpoints.AUTHORIZE)),
        context,
        new SecurityContextHolderFilter(sessions),
        csrf(),
        login(),
        loginPage,
        new ConsentPage(settings.scopes(), resources, clients, grants, consents, places),
        // Nothing is kept of a request before somebody has logged in.
        new ExceptionTranslationFilter(loginPage, new NullRequestCache()),
        authorization(),
        new LastResort());
  }

  private static Filter headers() {
    HeaderWriterFilter filter =
        new HeaderWriterFilter(
            List.of(
                new XContentTypeOptionsHeaderWriter(),
                new CacheControlHeadersWriter(),
                new XFrameOptionsHeaderWriter(XFrameOptionsHeaderWriter.XFrameOptionsMode.DENY),
                new ContentSecurityPolicyHeaderWriter(Pages.CONTENT_SECURITY_POLICY),
                // The address of a page holds states; the client's site has no use for them.
                new ReferrerPolicyHeaderWriter(ReferrerPolicy.NO_REFERRER)));
    // Jetty adds Expires to a new session, and the cache headers are left out beside it.
    filter.setShouldWriteHeadersEagerly(true);
    return filter;
  }

  private CsrfFilter csrf() {
    CsrfFilter filter = new CsrfFilter(csrfTokens);
    filter.setAccessDeniedHandler(
        (request, response, denied) -> {
          if (loginPage.isAnsweredByAnotherTab(request)) {
            loginPage.goOn(request, response);
            return;
          }
          Pages.send(
              response,
              403,
              Pages.message("This form is no longer valid", "Start again in the client, please."));
        });
    return filter;
  }

  private Filter login() {
    PasswordEncoder encoder = new FewAtOnce(new BCryptPasswordEncoder());
    DaoAuthenticationProvider users =
        new DaoAuthenticationProvider(
            new InMemoryUserDetailsManager(
                settings.accounts().stream()
                    .map(
                        account ->
                            User.withUsername(account.user())
                                .password(encoder.encode(account.password()))
                                .roles("USER") // for the pages here; those of tokens are others
                                .build())
                    .toArray(UserDetails[]::new)));
    users.setPasswordEncoder(encoder);
    UsernamePasswordAuthenticationFilter filter =
        new UsernamePasswordAuthenticationFilter(new ProviderManager(users));
    // The default keeps the login for one request only.
    filter.setSecurityContextRepository(sessions);
    filter.setSessionAuthenticationStrategy(
        new CompositeSessionAuthenticationStrategy(
            List.of(
                new ChangeSessionIdAuthenticationStrategy(),
                new CsrfAuthenticationStrategy(csrfTokens))));
    filter.setAuthenticationSuccessHandler(loginPage);
    filter.setAuthenticationFailureHandler(loginPage);
    return filter;
  }

  private Filter authorization() {
    Set<String> scopes = settings.scopes().keySet();
    AuthorizationRequests authorizationRequests =
        new AuthorizationRequests(resources, scopes, places, clients);
    var requestProvider =
        new OAuth2AuthorizationCodeRequestAuthenticationProvider(clients, grants, consents);
    AuthorizationCodes codes = new AuthorizationCodes(clock);
    requestProvider.setAuthorizationCodeGenerator(codes);
    requestProvider.setAuthenticationValidator(authorizationRequests);
    requestProvider.setAuthorizationConsentRequired(authorizationRequests::needsConsent);
    var consentProvider =
        new OAuth2AuthorizationConsentAuthenticationProvider(clients, grants, consents);
    consentProvider.setAuthorizationCodeGenerator(codes);
    consentProvider.setAuthorizationConsentCustomizer(new ConsentDecision(grants, places));
    OAuth2AuthorizationEndpointFilter filter =
        new OAuth2AuthorizationEndpointFilter(
            new ProviderManager(requestProvider, consentProvider), Endpoints.AUTHORIZE);
    filter.setAuthenticationConverter(
        new DelegatingAuthenticationConverter(
            authorizationRequests, new OAuth2AuthorizationConsentAuthenticationConverter()));
    filter.setConsentPage(Endpoints.CONSENT);
    AuthorizationResponses responses = new AuthorizationResponses(issuer, places, clients);
    filter.setAuthenticationSuccessHandler(responses);
    filter.setAuthenticationFailureHandler(responses);
    return filter;
  }
}

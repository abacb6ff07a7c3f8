package io.mcpauth.examples.bench;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import java.util.List;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.context.ContextLoaderListener;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.filter.DelegatingFilterProxy;

/** Spring Security's resource server with its protected-resource metadata, on the same Jetty. */
final class SpringSecurity {
  private SpringSecurity() {}

  static void install(ServletContextHandler context, String issuer) {
    AnnotationConfigWebApplicationContext spring = new AnnotationConfigWebApplicationContext();
    spring.register(Beans.class);
    spring.addBeanFactoryPostProcessor(beans -> beans.registerSingleton("issuer", issuer));
    context.addEventListener(new ContextLoaderListener(spring));
    FilterHolder filter = new FilterHolder(new DelegatingFilterProxy("springSecurityFilterChain"));
    filter.setAsyncSupported(true);
    context.addFilter(
        filter,
        "/*",
        EnumSet.of(DispatcherType.REQUEST, DispatcherType.ERROR, DispatcherType.ASYNC));
  }

  /** The chain, with the checks of RFC 9068. */
  @Configuration(proxyBeanMethods = false)
  @EnableWebSecurity
  static class Beans {
    @Bean
    JwtDecoder decoder(String issuer) {
      NimbusJwtDecoder decoder =
          NimbusJwtDecoder.withJwkSetUri(issuer + "/jwks")
              .jwtProcessorCustomizer(
                  processor ->
                      processor.setJWSTypeVerifier(
                          new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt"))))
              .build();
      decoder.setJwtValidator(
          JwtValidators.createDefaultWithValidators(
              List.<OAuth2TokenValidator<Jwt>>of(
                  new JwtIssuerValidator(issuer),
                  new JwtTimestampValidator(),
                  new JwtTypeValidator("at+jwt"),
                  new JwtClaimValidator<List<String>>(
                      "aud",
                      audience -> audience != null && audience.contains(BenchIssuer.RESOURCE)))));
      return decoder;
    }

    @Bean
    SecurityFilterChain chain(HttpSecurity http, String issuer) {
      return http.authorizeHttpRequests(
              requests -> requests.anyRequest().hasAuthority("SCOPE_" + BenchIssuer.SCOPE))
          .csrf(AbstractHttpConfigurer::disable)
          .sessionManagement(
              session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
          .oauth2ResourceServer(
              server ->
                  server
                      .jwt(jwt -> {})
                      .protectedResourceMetadata(
                          metadata ->
                              metadata.protectedResourceMetadataCustomizer(
                                  document ->
                                      document
                                          .resource(BenchIssuer.RESOURCE)
                                          .authorizationServer(issuer))))
          .build();
    }
  }
}

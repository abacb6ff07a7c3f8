package io.mcpauth.examples.bench;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.util.List;
import java.util.Set;

/** What one writes with Nimbus in an afternoon: the token and one scope, and not the body. */
final class NimbusFilter extends HttpFilter {
  private static final long serialVersionUID = 1;
  private static final String CHALLENGE =
      "Bearer scope=\""
          + BenchIssuer.SCOPE
          + "\", resource_metadata=\"https://mcp.example.com/.well-known/oauth-protected-resource/mcp\"";

  private final transient DefaultJWTProcessor<SecurityContext> processor =
      new DefaultJWTProcessor<>();

  NimbusFilter(String issuer) throws IOException, ParseException {
    processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt")));
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(
            JWSAlgorithm.RS256,
            new ImmutableJWKSet<>(JWKSet.load(URI.create(issuer + "/jwks").toURL()))));
    processor.setJWTClaimsSetVerifier(
        new DefaultJWTClaimsVerifier<>(
            Set.of(BenchIssuer.RESOURCE),
            new JWTClaimsSet.Builder().issuer(issuer).build(),
            Set.of("exp", "scope"),
            null));
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    String header = request.getHeader("Authorization");
    if (header == null || !header.regionMatches(true, 0, "Bearer ", 0, 7)) {
      refuse(response, 401, CHALLENGE);
      return;
    }
    List<String> scopes;
    try {
      JWTClaimsSet claims = processor.process(header.substring(7), null);
      scopes = List.of(claims.getStringClaim("scope").split(" ", -1));
    } catch (BadJOSEException | JOSEException | ParseException e) {
      refuse(response, 401, CHALLENGE + ", error=\"invalid_token\"");
      return;
    }
    if (!scopes.contains(BenchIssuer.SCOPE)) {
      refuse(response, 403, CHALLENGE + ", error=\"insufficient_scope\"");
      return;
    }
    chain.doFilter(request, response);
  }

  private static void refuse(HttpServletResponse response, int status, String challenge) {
    response.setStatus(status);
    response.setHeader("WWW-Authenticate", challenge);
    response.setContentLength(0);
  }
}

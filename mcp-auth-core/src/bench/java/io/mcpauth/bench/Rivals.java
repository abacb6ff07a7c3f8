package io.mcpauth.bench;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.util.List;
import java.util.Set;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/**
 * What else verifies access tokens in Java, with the checks of RFC 9068 and the key at hand. They
 * verify every time; what a call may do they do not look at.
 */
final class Rivals {
  private static final JOSEObjectType TYPE = new JOSEObjectType("at+jwt");

  private Rivals() {}

  static DefaultJWTProcessor<SecurityContext> nimbus(String algorithm, JWK key, String issuer) {
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(TYPE));
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(
            JWSAlgorithm.parse(algorithm), new ImmutableJWKSet<>(new JWKSet(key))));
    processor.setJWTClaimsSetVerifier(
        new DefaultJWTClaimsVerifier<>(
            Set.of(World.RESOURCE),
            new JWTClaimsSet.Builder().issuer(issuer).build(),
            Set.of("exp", "scope"),
            null));
    return processor;
  }

  static JwtDecoder spring(String algorithm, JWK key, String issuer) {
    NimbusJwtDecoder decoder =
        NimbusJwtDecoder.withJwkSource(new ImmutableJWKSet<SecurityContext>(new JWKSet(key)))
            .jwsAlgorithm(SignatureAlgorithm.valueOf(algorithm))
            .jwtProcessorCustomizer(
                processor ->
                    processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(TYPE)))
            .build();
    decoder.setJwtValidator(
        JwtValidators.createDefaultWithValidators(
            List.<OAuth2TokenValidator<Jwt>>of(
                new JwtIssuerValidator(issuer),
                new JwtTimestampValidator(),
                new JwtTypeValidator("at+jwt"),
                new JwtClaimValidator<List<String>>(
                    "aud", audience -> audience != null && audience.contains(World.RESOURCE)))));
    return decoder;
  }
}

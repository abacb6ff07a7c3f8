package io.mcpauth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.util.Base64URL;
import io.mcpauth.HostileTokens.Sample;
import io.mcpauth.error.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** No token is accepted that another library, told to be as strict, refuses. */
class DifferentialTokenTest {
  private static final long SEED = 20260728;

  private static final Pattern RESOURCE_IN_OTHER_CASE =
      Pattern.compile(
          "\"aud\":\"(?!https://mcp\\.example\\.com/)(?i:https://mcp\\.example\\.com)/mcp\"");

  /** What is accepted here alone, by the reason why that is right. */
  private static final Map<String, Predicate<Sample>> DEVIATIONS =
      Map.of(
          "RFC 9110 section 5.5, RFC 6750 section 2.1: space around it is no part of the token",
              sample -> sample.kind().equals("space around"),
          "RFC 9864 section 2.2: the exact name of an algorithm that jose4j knows as EdDSA",
              sample -> sample.kind().equals("algorithm Ed25519"),
          "a client without a user is identified by its client id; jose4j was told to want a sub",
              sample -> sample.kind().equals("client alone"),
          "RFC 3986 section 6.2.2.1: scheme and host of the resource have no case",
              sample -> RESOURCE_IN_OTHER_CASE.matcher(claims(sample)).find());

  private final List<String> onlyHere = new ArrayList<>();
  private final Map<String, Integer> deviations = new TreeMap<>();
  private final Map<String, Integer> onlyThere = new TreeMap<>();
  private final Map<String, Integer> totals = new TreeMap<>();

  @Test
  void whatJose4jRefuses_isRefused(TestReporter reporter) throws JoseException {
    try (RawIssuer issuer = RawIssuer.start();
        ResourceServer server = ProtectedServer.of(issuer.authorizationServer()).build()) {
      JwtConsumer jose4j = jose4j(issuer);
      for (Sample sample : HostileTokens.of(issuer, SEED)) {
        compare(sample, here(server, sample), there(jose4j, sample));
      }
    }
    reporter.publishEntry(
        Map.of(
            "totals", totals.toString(),
            "refused here alone", onlyThere.toString(),
            "accepted here alone", deviations.toString()));

    assertThat(onlyHere).as("accepted here, refused by jose4j").isEmpty();
    assertThat(deviations).as("known deviations").containsOnlyKeys(DEVIATIONS.keySet());
    assertThat(totals.get("accepted by both")).isGreaterThan(100);
    assertThat(totals.get("refused by both")).isGreaterThan(2_000);
    assertThat(onlyThere).as("stricter than jose4j").containsKeys("not canonical", "nested");
  }

  private void compare(Sample sample, boolean here, boolean there) {
    if (sample.kind().equals("good")) {
      assertThat(here).as("good token is accepted: %s", sample.token()).isTrue();
      assertThat(there).as("jose4j accepts the good token: %s", sample.token()).isTrue();
    }
    if (here == there) {
      totals.merge(here ? "accepted by both" : "refused by both", 1, Integer::sum);
    } else if (there) {
      onlyThere.merge(sample.kind(), 1, Integer::sum);
    } else {
      List<String> reasons =
          DEVIATIONS.keySet().stream()
              .filter(reason -> DEVIATIONS.getOrDefault(reason, s -> false).test(sample))
              .toList();
      reasons.forEach(reason -> deviations.merge(reason, 1, Integer::sum));
      if (reasons.isEmpty()) {
        onlyHere.add(sample.kind() + ": " + sample.token() + " with " + claims(sample));
      }
    }
  }

  private static boolean here(ResourceServer server, Sample sample) {
    AccessDecision decision = server.decide(FakeRequest.get().bearer(sample.token()));
    if (decision instanceof AccessDecision.Refused refused) {
      assertThat(refused.reason())
          .as("%s is judged, not an accident: %s", sample.kind(), sample.token())
          .isNotIn(ReasonCode.INTERNAL_FAULT, ReasonCode.KEYS_UNAVAILABLE);
      return false;
    }
    ((AccessDecision.Granted) decision).ended(); // or the streams of one caller would be too many
    return true;
  }

  private static boolean there(JwtConsumer jose4j, Sample sample) {
    try {
      return jose4j.processToClaims(sample.token()) != null;
    } catch (InvalidJwtException e) {
      return false;
    }
  }

  private static String claims(Sample sample) {
    String[] parts = sample.token().split("\\.", -1);
    return parts.length < 2 ? "" : new Base64URL(parts[1]).decodeToString();
  }

  private static JwtConsumer jose4j(RawIssuer issuer) throws JoseException {
    long now = ProtectedServer.CLOCK.instant().getEpochSecond();
    return new JwtConsumerBuilder()
        .setVerificationKeyResolver(
            new JwksVerificationKeyResolver(new JsonWebKeySet(issuer.jwks()).getJsonWebKeys()))
        .setJwsAlgorithmConstraints(
            new AlgorithmConstraints(
                ConstraintType.PERMIT,
                "RS256",
                "RS384",
                "RS512",
                "PS256",
                "PS384",
                "PS512",
                "ES256",
                "ES384",
                "ES512",
                "EdDSA"))
        .setExpectedIssuer(true, RawIssuer.ISSUER)
        .setExpectedAudience(true, ProtectedServer.RESOURCE)
        .setRequireExpirationTime()
        .setRequireSubject()
        .setMaxFutureValidityInMinutes(30 * 24 * 60)
        .setIssuedAtRestrictions(60, Integer.MAX_VALUE)
        .setAllowedClockSkewInSeconds(60)
        .setEvaluationTime(NumericDate.fromSeconds(now))
        .build();
  }
}

package io.mcpauth.examples.differential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * No body exists, in the corpus or among those made up, for which the SDK runs a tool that the
 * policy did not judge.
 */
class SdkDifferentialTest {
  /** Its figures: -Dorg.slf4j.simpleLogger.log.io.mcpauth.examples.differential=info. */
  private static final Logger LOG = LoggerFactory.getLogger(SdkDifferentialTest.class);

  /** More than these: -Dmcpauth.differential.bodies=2000000. */
  private static final int MADE_UP = Integer.getInteger("mcpauth.differential.bodies", 20_000);

  private static final List<Callers.Caller> CALLERS = Callers.proven();

  @Test
  void mappers_areTheTwoOfTheSdk() {
    assertThat(SdkMapper.values())
        .extracting(mapper -> mapper.json().getClass().getName())
        .containsExactly(
            "io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper",
            "io.modelcontextprotocol.json.jackson3.JacksonMcpJsonMapper");
  }

  @ParameterizedTest
  @EnumSource
  void whatTheSdkRuns_wasJudged(SdkMapper mapper) {
    Differential differential = ofCorpus(BodyReader.STRICT, mapper);
    makeUp(differential, MADE_UP);
    assertThat(differential.disagreements()).as(differential.toString()).isEmpty();
    assertThat(differential.escapes()).as(differential.toString()).isEmpty();
    // Else nothing was looked at.
    assertThat(differential.accepted()).isGreaterThan(4_000);
    assertThat(differential.runsAllowed()).isGreaterThan(2_000);
    assertThat(differential.runsOfWhatWasRefused()).isGreaterThan(1_000);
    assertThat(differential.runsBeyondScope()).isGreaterThan(2_000);
  }

  /** The same bodies find the hole of each careless reader. */
  @ParameterizedTest
  @CsvSource({
    "FIRST_OF_DUPLICATES, JACKSON_2",
    "FIRST_OF_DUPLICATES, JACKSON_3",
    "BLIND_TO_CASE, JACKSON_2",
    "BLIND_TO_CASE, JACKSON_3",
    "BLIND_TO_TYPES, JACKSON_2",
    "BLIND_TO_TYPES, JACKSON_3",
    "LAST_OF_SEVERAL_TEXTS, JACKSON_2"
  })
  void carelessReader_isCaught(BodyReader reader, SdkMapper mapper) {
    Differential differential = ofCorpus(reader, mapper);
    int ofCorpus = differential.escapes().size();
    assertThat(ofCorpus).as(differential.toString()).isPositive();
    makeUp(differential, 3_000);
    assertThat(differential.escapes()).as(differential.toString()).hasSizeGreaterThan(ofCorpus);
  }

  private static Differential ofCorpus(BodyReader reader, SdkMapper mapper) {
    Differential differential = new Differential(reader, mapper, CALLERS);
    HostileBodies.all().forEach(differential::on);
    return differential;
  }

  private static void makeUp(Differential differential, int count) {
    Bodies bodies = new Bodies(20260728);
    for (int i = 0; i < count; i++) {
      differential.on(bodies.next());
    }
    LOG.info("{}", differential);
  }
}

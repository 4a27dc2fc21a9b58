package dev.mcpsession.plan.timing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.token.TokenInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RenewalPolicyTest {
  private static final Instant OBTAINED = Instant.parse("2026-11-21T09:00:00Z");
  private static final String UID = "7b1e4c52-90ab-4f5e-8d3c-2a6f1b0c9e11";

  @ParameterizedTest(name = "a life of {0} s, renewBefore {1} s: a lead of {2} s")
  @CsvSource({"3600,300,300", "600,300,200", "900,300,300", "899,300,299", "30,300,10", "3,300,1"})
  void theLeadIsRenewBeforeAndAtMostAThirdOfTheLife(long life, long before, long lead) {
    Instant expires = OBTAINED.plusSeconds(life);
    for (int i = 0; i < 200; i++) {
      Instant renewal =
          RenewalPolicy.renewalTime(
              new TokenInfo(OBTAINED, expires, null),
              Duration.ofSeconds(before),
              new UUID(7, i).toString());
      assertThat(renewal)
          .isAfter(OBTAINED)
          .isBetween(
              expires.minusSeconds(lead + 1).minusMillis(lead * 100 + 1000),
              expires.minusSeconds(lead));
      assertThat(renewal).isEqualTo(renewal.truncatedTo(java.time.temporal.ChronoUnit.SECONDS));
    }
  }

  @Test
  void theJitterSpreadsOverTheWholeTenth() {
    Instant expires = OBTAINED.plusSeconds(36_000);
    long[] leads =
        java.util.stream.IntStream.range(0, 2_000)
            .mapToLong(
                i ->
                    Duration.between(
                            RenewalPolicy.renewalTime(
                                new TokenInfo(OBTAINED, expires, null),
                                Duration.ofMinutes(50),
                                UUID.nameUUIDFromBytes(new byte[] {(byte) i, (byte) (i >> 8)})
                                    .toString()),
                            expires)
                        .toSeconds())
            .toArray();
    assertThat(java.util.Arrays.stream(leads).boxed())
        .allMatch(lead -> lead >= 3000 && lead <= 3300);
    for (int tenth = 0; tenth < 10; tenth++) {
      int from = 3000 + 30 * tenth;
      assertThat(java.util.Arrays.stream(leads).filter(l -> l >= from && l < from + 30).count())
          .as("from %s s", from)
          .isBetween(120L, 280L);
    }
  }

  @Test
  void theJitterIsAlwaysTheSameForASession() {
    assertThat(
            RenewalPolicy.renewalTime(
                new TokenInfo(OBTAINED, OBTAINED.plusSeconds(3600), null),
                Duration.ofMinutes(5),
                UID))
        .isEqualTo(Instant.parse("2026-11-21T09:54:32Z"));
  }

  @Test
  void aTokenWithoutAnExpiryIsNeverRenewed() {
    TokenInfo token = new TokenInfo(OBTAINED, null, "v1");
    assertThat(RenewalPolicy.renewalTime(token, Duration.ofMinutes(5), UID)).isNull();
    assertThat(RenewalPolicy.isDue(token, Duration.ofMinutes(5), UID, Instant.MAX)).isFalse();
  }

  @Test
  void aTokenThatHadExpiredWhenItWasObtainedIsDueAtItsExpiry() {
    Instant expires = OBTAINED.minusSeconds(5);
    TokenInfo token = new TokenInfo(OBTAINED, expires, null);
    assertThat(RenewalPolicy.renewalTime(token, Duration.ofMinutes(5), UID)).isEqualTo(expires);
  }
}

package dev.mcpsession.gateway.auth;

import static dev.mcpsession.gateway.auth.TestToken.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.gateway.auth.VerifiedTokens.Verified;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerifiedTokensTest {
  private static final Instant LATER = NOW.plus(Duration.ofHours(1));

  private final VerifiedTokens tokens = new VerifiedTokens();
  private final Verified verified = new Verified(TestToken.issuer(), Map.of());

  @Test
  void aTokenIsKnownForSixtySeconds() {
    add("a", LATER);
    assertThat(tokens.find(VerifiedTokens.hash("a"), NOW.plusMillis(59_999))).contains(verified);
    assertThat(tokens.find(VerifiedTokens.hash("b"), NOW)).isEmpty();
    assertThat(tokens.find(VerifiedTokens.hash("a"), NOW.plusSeconds(60))).isEmpty();
    assertThat(tokens.size()).isZero();
  }

  @Test
  void aTokenIsKnownUntilItExpires() {
    add("a", NOW.plusSeconds(5));
    assertThat(tokens.find(VerifiedTokens.hash("a"), NOW.plusMillis(4_999))).isPresent();
    assertThat(tokens.find(VerifiedTokens.hash("a"), NOW.plusSeconds(5))).isEmpty();
    add("expired", NOW);
    assertThat(tokens.size()).isZero();
  }

  @Test
  void aClockThatIsSetBackDoesNotProlongIt() {
    add("a", LATER);
    assertThat(tokens.find(VerifiedTokens.hash("a"), NOW.minusSeconds(1))).isEmpty();
  }

  @Test
  void theLeastRecentlyUsedOneGoes() {
    for (int i = 0; i < VerifiedTokens.MOST; i++) {
      add("token " + i, LATER);
    }
    assertThat(tokens.find(VerifiedTokens.hash("token 0"), NOW)).isPresent();
    add("one more", LATER);
    assertThat(tokens.size()).isEqualTo(VerifiedTokens.MOST);
    assertThat(tokens.find(VerifiedTokens.hash("token 0"), NOW)).isPresent();
    assertThat(tokens.find(VerifiedTokens.hash("token 1"), NOW)).isEmpty();
  }

  @Test
  void whatIsOverIsForgottenThoughNobodyAsksForIt() {
    add("a", LATER);
    add("b", LATER);
    tokens.add(VerifiedTokens.hash("c"), verified, LATER, NOW.plusSeconds(60));
    assertThat(tokens.size()).isEqualTo(1);
  }

  private void add(String token, Instant expiresAt) {
    tokens.add(VerifiedTokens.hash(token), verified, expiresAt, NOW);
  }
}

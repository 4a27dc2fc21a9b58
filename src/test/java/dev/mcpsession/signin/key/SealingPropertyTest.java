package dev.mcpsession.signin.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for any content, with many of them from each seed. */
class SealingPropertyTest {
  private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");
  private static final int ROUNDS = 50;
  private static final List<Purpose> PURPOSES = List.of(Purpose.values());

  private final SignInKeys old = SignInKeys.generated(NOW, new SecureRandom());
  private final SignInKeys keys = old.rotated(NOW, Duration.ofDays(90), new SecureRandom()).keys();
  private final SignInKeys others = SignInKeys.generated(NOW, new SecureRandom());

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void whatWasSealedOpensForItsPurposeAndKeysOnly(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] content = content(random);
      Purpose purpose = any(random);
      Instant when = NOW.plusSeconds(random.nextInt(60));
      String sealed = keys.seal(purpose, content, when);
      assertThat(sealed).matches("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");
      assertThat(keys.open(purpose, sealed)).hasValue(content);
      assertThat(others.open(purpose, sealed)).isEmpty();
      assertThat(keys.seal(purpose, content, when)).as("sealed again").isNotEqualTo(sealed);
      for (Purpose other : PURPOSES) {
        if (other != purpose) {
          assertThat(keys.open(other, sealed)).as("sealed for %s", purpose).isEmpty();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 6})
  void nothingOpensThatDiffersInAnyCharacter(long seed) {
    Random random = new Random(seed);
    String sealed = keys.seal(Purpose.CODE, content(random), NOW);
    for (int at = 0; at < sealed.length(); at++) {
      for (String other : new String[] {"A", "B", "g", "_", "=", ".", "", "+"}) {
        String changed = sealed.substring(0, at) + other + sealed.substring(at + 1);
        if (!changed.equals(sealed)) {
          assertThat(keys.open(Purpose.CODE, changed))
              .as("character %d is '%s'", at, other)
              .isEmpty();
        }
      }
    }
    assertThat(keys.open(Purpose.CODE, sealed + "=")).isEmpty();
    assertThat(keys.open(Purpose.CODE, sealed + "A")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {7, 8})
  void authenticationTellsPurposesTextsAndKeysApart(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      String text = Long.toHexString(random.nextLong());
      byte[] mac = old.mac(Purpose.REFRESH, text, NOW);
      assertThat(old.mac(Purpose.REFRESH, text, NOW)).hasSize(32).isEqualTo(mac);
      assertThat(keys.macs(Purpose.REFRESH, text)).hasSize(2).contains(mac);
      assertThat(others.macs(Purpose.REFRESH, text)).doesNotContain(mac);
      assertThat(keys.macs(Purpose.CODE, text)).doesNotContain(mac);
      assertThat(keys.macs(Purpose.REFRESH, text + "0")).doesNotContain(mac);
    }
  }

  private static byte[] content(Random random) {
    byte[] content = new byte[random.nextInt(300)];
    random.nextBytes(content);
    return content;
  }

  private static Purpose any(Random random) {
    return PURPOSES.get(random.nextInt(PURPOSES.size()));
  }
}

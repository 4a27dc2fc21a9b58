package dev.mcpsession.gateway.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionKeysTest {
  @TempDir Path directory;

  private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 5);

  @Test
  void theCurrentKeyAloneIsEnough() throws IOException {
    write("current", 1, 32);
    SessionKeys keys = SessionKeys.in(directory, nanoTime::get);
    assertThat(keys.get().current().getEncoded()).containsOnly(1).hasSize(32);
    assertThat(keys.get().previous()).isEmpty();
  }

  @Test
  void aMissingKeyIsNamedWithWhatToDo() {
    assertThatThrownBy(() -> SessionKeys.in(directory, nanoTime::get))
        .isInstanceOf(IOException.class)
        .hasMessage(
            directory.resolve("current")
                + " is missing: put 32 random bytes there, the same for all replicas");
  }

  @Test
  void aKeyOfAnotherLengthIsNamed() throws IOException {
    write("current", 1, 32);
    write("previous", 2, 44);
    assertThatThrownBy(() -> SessionKeys.in(directory, nanoTime::get))
        .isInstanceOf(IOException.class)
        .hasMessage(
            directory.resolve("previous")
                + " has 44 bytes and not 32: put the bytes of the key there, not a text of them");
  }

  @Test
  void aChangedKeyIsReadAgainAfterTenSecondsAndNotBefore() throws IOException {
    write("current", 1, 32);
    SessionKeys keys = SessionKeys.in(directory, nanoTime::get);
    write("previous", 1, 32);
    write("current", 2, 32);
    nanoTime.addAndGet(Duration.ofMillis(9_999).toNanos());
    assertThat(keys.get().current().getEncoded()).containsOnly(1);
    nanoTime.addAndGet(Duration.ofMillis(1).toNanos());
    await().untilAsserted(() -> assertThat(keys.get().current().getEncoded()).containsOnly(2));
    assertThat(keys.get().previous().orElseThrow().getEncoded()).containsOnly(1);
  }

  @Test
  void aKeyThatCannotBeReadChangesNothingUntilItCan() throws IOException {
    write("current", 1, 32);
    SessionKeys keys = SessionKeys.in(directory, nanoTime::get);
    write("current", 2, 5);
    for (int i = 0; i < 3; i++) {
      nanoTime.addAndGet(Duration.ofSeconds(10).toNanos());
      assertThat(keys.get().current().getEncoded()).containsOnly(1);
    }
    write("current", 3, 32);
    await()
        .untilAsserted(
            () -> {
              nanoTime.addAndGet(Duration.ofSeconds(10).toNanos());
              assertThat(keys.get().current().getEncoded()).containsOnly(3);
            });
  }

  @Test
  void aGeneratedKeyIsAnotherOneEachTimeAndIsNeverPrinted() {
    SecureRandom random = new SecureRandom();
    SessionKeys keys = SessionKeys.generated(random);
    assertThat(keys.get().current()).isNotEqualTo(SessionKeys.generated(random).get().current());
    assertThat(keys.get()).hasToString("one key");
  }

  @Test
  void aCodeIsGoodForItsPurposeAndMessageAndWithThePreviousKey() throws IOException {
    write("current", 1, 32);
    SessionKeys keys = SessionKeys.in(directory, nanoTime::get);
    byte[] code = keys.code("a", "message");
    assertThat(code).hasSize(32);
    assertThat(keys.isGenuine("a", "message", code)).isTrue();
    assertThat(keys.isGenuine("a", "message", Arrays.copyOf(code, 16))).isTrue();
    assertThat(keys.isGenuine("a", "message", Arrays.copyOf(code, 15))).isFalse();
    assertThat(keys.isGenuine("a", "message", Arrays.copyOf(code, 33))).isFalse();
    assertThat(keys.isGenuine("b", "message", code)).isFalse();
    assertThat(keys.isGenuine("a", "massage", code)).isFalse();

    write("previous", 1, 32);
    write("current", 2, 32);
    SessionKeys rotated = SessionKeys.in(directory, nanoTime::get);
    assertThat(rotated.isGenuine("a", "message", code)).isTrue();
    write("previous", 3, 32);
    assertThat(SessionKeys.in(directory, nanoTime::get).isGenuine("a", "message", code)).isFalse();
  }

  private void write(String name, int value, int length) throws IOException {
    byte[] key = new byte[length];
    Arrays.fill(key, (byte) value);
    Files.write(directory.resolve(name), key);
  }
}

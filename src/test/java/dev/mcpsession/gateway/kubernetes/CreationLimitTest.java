package dev.mcpsession.gateway.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mcpsession.VirtualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CreationLimitTest {
  private final VirtualTime time = new VirtualTime();
  private final CreationLimit limit = new CreationLimit(20, 100, time);

  private int takeAll() {
    int taken = 0;
    while (limit.take().isZero()) {
      taken++;
    }
    return taken;
  }

  @Test
  void aBurstPassesAndThenAsManyASecond() {
    assertThat(takeAll()).isEqualTo(100);
    assertThat(limit.take()).isEqualTo(Duration.ofMillis(50));
    time.pass(Duration.ofSeconds(1));
    assertThat(takeAll()).isEqualTo(20);
    time.pass(Duration.ofHours(1));
    assertThat(takeAll()).isEqualTo(100);
  }

  @Test
  void whatIsAnnouncedIsEnough() {
    takeAll();
    time.pass(Duration.ofMillis(17));
    Duration wait = limit.take();
    time.pass(wait.minusNanos(1));
    assertThat(limit.take()).isPositive();
    time.pass(Duration.ofNanos(2));
    assertThat(limit.take()).isZero();
  }

  @Test
  void aPlaceThatWasGivenBackIsThereAgainButNeverMoreThanAll() {
    takeAll();
    limit.giveBack();
    assertThat(takeAll()).isEqualTo(1);
    time.pass(Duration.ofHours(1));
    limit.giveBack();
    assertThat(takeAll()).isEqualTo(100);
  }

  @Test
  void noRateIsNoLimit() {
    assertThatIllegalArgumentException().isThrownBy(() -> new CreationLimit(0, 1, time));
    assertThatIllegalArgumentException().isThrownBy(() -> new CreationLimit(1, 0, time));
  }
}

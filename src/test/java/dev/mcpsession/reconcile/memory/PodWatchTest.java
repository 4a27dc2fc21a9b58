package dev.mcpsession.reconcile.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PodWatchTest {
  private static final Instant NOW = Instant.parse("2026-11-21T09:30:00.123Z");

  private final PodWatch watch = new PodWatch();

  @Test
  void aPodThatIsMissingHasGone() {
    assertThat(watch.see(Set.of("a", "b"), NOW)).isNull();
    assertThat(watch.see(Set.of("b", "c"), NOW.plusSeconds(1))).isEqualTo(NOW.plusSeconds(1));
    assertThat(watch.see(Set.of("b", "c"), NOW.plusSeconds(2))).isEqualTo(NOW.plusSeconds(1));
    assertThat(watch.see(Set.of(), NOW.plusSeconds(3))).isEqualTo(NOW.plusSeconds(3));
  }

  @Test
  void aPodMoreIsNoneThatHasGone() {
    watch.see(Set.of("a"), NOW);
    assertThat(watch.see(Set.of("a", "b"), NOW.plusSeconds(1))).isNull();
  }
}

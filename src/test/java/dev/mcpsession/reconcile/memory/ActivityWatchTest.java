package dev.mcpsession.reconcile.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.plan.observed.WriterSigns;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ActivityWatchTest {
  private static final Instant NOW = Instant.parse("2026-11-21T09:30:00Z");

  private final ActivityWatch watch = new ActivityWatch();
  private int version;

  @Test
  void whatIsSeenFirstIsNoChange() {
    assertThat(see("garbage", 0)).isEqualTo(WriterSigns.NONE);
  }

  @Test
  void heartbeatsAreNoSignsOfTheirOwn() {
    see(null, 0);
    see(time(10), 10);
    assertThat(see(time(20), 20)).isEqualTo(WriterSigns.NONE);
  }

  @Test
  void aTimeThatGoesWasUseUntilThen() {
    see(time(0), 0);
    see(time(20), 20);
    assertThat(see(null, 25)).isEqualTo(new WriterSigns(at(25), at(25)));
    assertThat(see(null, 30)).isEqualTo(new WriterSigns(at(25), at(25)));
  }

  @Test
  void lossesInARowAreOneToBeRecorded() {
    see(time(0), 0);
    see(time(-400), 10);
    see(time(20), 20);
    assertThat(see(time(-400), 30)).isEqualTo(new WriterSigns(at(30), at(10)));
    see(time(185), 185);
    assertThat(see(time(-400), 190)).isEqualTo(new WriterSigns(at(190), at(190)));
  }

  @Test
  void garbageThatChangesIsASignButNoLoss() {
    see("beat 1", 0);
    see("beat 2", 10);
    assertThat(see("beat 3", 20)).isEqualTo(new WriterSigns(at(20), null));
  }

  @Test
  void anEventThatComesLateChangesNothing() {
    McpSession earlier = session(time(0), 1);
    McpSession later = session(time(20), 2);
    watch.see(later, later.getSpec(), at(20));
    assertThat(watch.see(earlier, earlier.getSpec(), at(21))).isEqualTo(WriterSigns.NONE);
    assertThat(watch.see(later, later.getSpec(), at(22))).isEqualTo(WriterSigns.NONE);
  }

  private WriterSigns see(@Nullable String lastActive, int second) {
    McpSession seen = session(lastActive, ++version);
    return watch.see(seen, seen.getSpec(), at(second));
  }

  private static Instant at(int second) {
    return NOW.plusSeconds(second);
  }

  private static String time(int second) {
    return at(second).toString();
  }

  private static McpSession session(@Nullable String lastActive, int version) {
    return Serialization.unmarshal(
        """
        metadata:
          name: alice
          namespace: team
          uid: uid-1
          resourceVersion: '%d'
          annotations: {other: x%s}
        spec: {user: alice}
        """
            .formatted(
                version,
                lastActive == null ? "" : ", mcpsession.dev/lastActive: '" + lastActive + "'"),
        McpSession.class);
  }
}

package dev.mcpsession.gateway.activity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.VirtualTime;
import dev.mcpsession.gateway.activity.Activity.Presence;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Releases where a replica dies instead of ending: it writes nothing more, and what its clients do
 * is not known to the others.
 */
class OrphanedSessionTest {
  private static final Duration GRACE = Duration.ofSeconds(60);

  private final VirtualTime time = new VirtualTime();
  private final VirtualTimer timer = new VirtualTimer(time);
  private final Instant start = time.instant();
  private final ModelUses uses = new ModelUses(time, timer, Duration.ZERO);
  private final List<Mortal> replicas = new ArrayList<>();

  /** A replica that can be killed: its timers stop, and what it writes comes nowhere. */
  private final class Mortal {
    final UseReporter reporter;
    boolean dead;

    Mortal(double spread) {
      reporter =
          new UseReporter(
              uses.until(() -> dead),
              time,
              () -> {},
              (delay, task) ->
                  timer.schedule(
                      delay,
                      () -> {
                        if (!dead) {
                          task.run();
                        }
                      }),
              () -> {},
              spread);
    }
  }

  private Instant at(long seconds) {
    return start.plusSeconds(seconds);
  }

  private Mortal replica(double spread) {
    Mortal replica = new Mortal(spread);
    replicas.add(replica);
    return replica;
  }

  private void release() {
    uses.offer(false, Optional.of(GRACE));
  }

  @Test
  void theSessionsOfAReplicaThatWasKilledAreReleasedByOneOfTheOthers() {
    release();
    Mortal killed = replica(0);
    IntStream.range(0, 5).forEach(i -> replica(i / 5.0));
    killed.reporter.begun(uses.backend(), true);
    timer.passUntil(at(70)); // the last report is of 60
    killed.dead = true;

    timer.passUntil(at(60 + 90 - 1));
    assertThat(uses.values("released")).isEmpty();
    timer.passUntil(at(1000));
    assertThat(uses.values("released")).containsExactly(at(60 + 90));
    assertThat(uses.attempts()).isEqualTo(1);
    assertThat(replicas).filteredOn(it -> !it.dead).allMatch(it -> it.reporter.known() == 0);
  }

  @Test
  void whileTheOtherReplicaLivesNobodyElseReleases() {
    release();
    Mortal other = replica(0);
    replica(0.5);
    Presence stream = other.reporter.begun(uses.backend(), true);
    timer.passUntil(at(10_000));
    assertThat(uses.values("released")).isEmpty();
    stream.close();
    timer.passUntil(at(20_000));
    assertThat(uses.values("released")).containsExactly(at(10_060));
  }

  @Test
  void whoComesBackToAnotherReplicaIsNotReleased() {
    release();
    Mortal killed = replica(0);
    Mortal other = replica(0.5);
    killed.reporter.begun(uses.backend(), true);
    timer.passUntil(at(65));
    killed.dead = true;
    timer.passUntil(at(120));
    Presence stream = other.reporter.begun(uses.backend(), true);
    timer.passUntil(at(1000));
    assertThat(uses.values("released")).isEmpty();
    stream.close();
    timer.passUntil(at(2000));
    assertThat(uses.values("released")).containsExactly(at(1060));
  }

  @Test
  void aReplicaThatStartsAfterAllOthersWereKilledReleasesWhatTheyLeft() {
    release();
    Mortal killed = replica(0);
    killed.reporter.begun(uses.backend(), true);
    timer.passUntil(at(65));
    killed.dead = true;
    timer.passUntil(at(500));
    replica(0);
    uses.tell(); // its cache is filled
    timer.passUntil(at(500 + 89));
    assertThat(uses.values("released")).as("its users may come back").isEmpty();
    timer.passUntil(at(1000));
    assertThat(uses.values("released")).containsExactly(at(590));
  }

  @Test
  void aSessionOfATemplateThatTheCacheLearnsOfLaterIsReleasedToo() {
    release();
    Mortal killed = replica(0);
    killed.reporter.begun(uses.backend(), true);
    timer.passUntil(at(5));
    killed.dead = true;
    uses.offer(false, Optional.empty());
    replica(0);
    uses.tell();
    release();
    timer.passUntil(at(1000));
    assertThat(uses.values("released")).hasSize(1);
  }

  @Test
  void whileTheApiServerIsAwayNobodyCanReportAndSoNobodyIsReleasedRightAfter() {
    release();
    Mortal connected = replica(0);
    replica(0);
    connected.reporter.begun(uses.backend(), true);
    timer.passUntil(at(31));
    uses.away = true;
    timer.passUntil(at(300));
    uses.away = false;
    timer.passUntil(at(3000));
    assertThat(uses.values("released")).isEmpty();
  }

  @Test
  void aReleaseIsNotRepeatedAndASuspendedSessionIsLeftAlone() {
    release();
    Mortal killed = replica(0);
    replica(0.1);
    killed.reporter.begun(uses.backend(), true);
    timer.passUntil(at(5));
    killed.dead = true;
    uses.suspend(true);
    timer.passUntil(at(1000));
    assertThat(uses.values("released")).isEmpty();
    uses.suspend(false);
    timer.passUntil(at(2000));
    assertThat(uses.values("released")).hasSize(1);
    timer.passUntil(at(5000));
    assertThat(uses.values("released")).hasSize(1);
  }
}

package dev.mcpsession.gateway.activity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.VirtualTime;
import dev.mcpsession.gateway.activity.Activity.Presence;
import dev.mcpsession.gateway.session.Backend;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class UseReporterTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(100);
  private static final Duration WINDOW = Duration.ofSeconds(20);
  private static final Duration GRACE = Duration.ofSeconds(60);

  private final VirtualTime time = new VirtualTime();
  private final VirtualTimer timer = new VirtualTimer(time);
  private final Instant start = time.instant();
  private final ModelUses uses = new ModelUses(time, timer, TIMEOUT);
  private final Backend backend = uses.backend();
  private final AtomicInteger counted = new AtomicInteger();
  private final UseReporter reporter = reporter(uses);

  private UseReporter reporter(ModelUses uses) {
    return new UseReporter(uses, time, counted::incrementAndGet, timer, () -> {}, 0);
  }

  private Instant at(long seconds) {
    return start.plusSeconds(seconds);
  }

  private boolean use() {
    return reporter.used(backend).toCompletableFuture().getNow(false);
  }

  @Test
  void aUseAfterAQuietWindowIsReportedAtOnce() {
    timer.passUntil(at(50));
    assertThat(use()).isTrue();
    assertThat(uses.values("lastActive")).containsExactly(at(50));
    assertThat(uses.times("lastActive")).containsExactly(at(50));
    assertThat(counted).hasValue(1);
  }

  @Test
  void laterOnesAreReportedAtTheEndOfTheWindowWithTheTimeOfTheLast() {
    timer.passUntil(at(50));
    use();
    timer.passUntil(at(53));
    use();
    timer.passUntil(at(61));
    use();
    timer.pass(TIMEOUT);
    assertThat(uses.values("lastActive")).containsExactly(at(50), at(61));
    assertThat(uses.times("lastActive")).containsExactly(at(50), at(70));
  }

  @Test
  void whatTheCreationOfTheSessionReportedOpensAWindow() {
    timer.passUntil(at(3));
    use();
    assertThat(uses.writes).isEmpty();
    timer.pass(WINDOW);
    assertThat(uses.values("lastActive")).containsExactly(at(3));
  }

  @Test
  void aUseShortlyBeforeTheDeadlineWaitsUntilItIsReported() {
    uses.delay = Duration.ofMillis(300);
    timer.passUntil(at(99));
    var goesOn = reporter.used(uses.backend()).toCompletableFuture();
    assertThat(goesOn).isNotDone();
    timer.pass(Duration.ofMillis(299));
    assertThat(goesOn).isNotDone();
    timer.pass(Duration.ofMillis(1));
    assertThat(goesOn).isCompletedWithValue(true);
    assertThat(uses.values("lastActive")).containsExactly(at(99));
  }

  @Test
  void aHundredOfThemShareOneReport() {
    uses.delay = Duration.ofMillis(300);
    timer.passUntil(at(99));
    var all =
        java.util.stream.IntStream.range(0, 100)
            .mapToObj(i -> reporter.used(uses.backend()).toCompletableFuture())
            .toList();
    timer.pass(Duration.ofMillis(300));
    assertThat(all).allSatisfy(it -> assertThat(it).isCompletedWithValue(true));
    assertThat(uses.writes).hasSize(1);
  }

  @Test
  void aUseOfASessionThatIsGoneOrSuspendedHasToDemandItAgain() {
    uses.suspend(true);
    assertThat(use()).isFalse();
    uses.delete();
    assertThat(use()).isFalse();
    assertThat(uses.writes).isEmpty();
  }

  @Test
  void aSessionThatGoesWhileAUseIsReportedHasToBeDemandedAgain() {
    uses.delay = Duration.ofMillis(300);
    timer.passUntil(at(99));
    var goesOn = reporter.used(uses.backend()).toCompletableFuture();
    uses.delete();
    timer.pass(Duration.ofSeconds(1));
    assertThat(goesOn).isCompletedWithValue(false);
  }

  @Test
  void aUseOfAReleasedSessionIsReportedFirstAndLaterThanTheRelease() {
    timer.passUntil(at(30));
    uses.writeReleased(uses.now(), at(31)); // by a replica whose clock is ahead
    assertThat(use()).isTrue();
    assertThat(uses.values("lastActive")).containsExactly(at(31).plusMillis(1));
  }

  /** It would resume the session that somebody has just released. */
  @Test
  void aUseBeforeTheReleaseIsNotReportedAsLaterThanTheRelease() {
    timer.passUntil(at(3));
    use();
    timer.passUntil(at(5));
    uses.writeReleased(uses.now(), at(5));
    timer.pass(TIMEOUT);
    assertThat(uses.values("lastActive")).allMatch(reported -> !reported.isAfter(at(3)));
  }

  @Test
  void aReportThatFailedIsTriedAgainWithTheLastUse() {
    uses.away = true;
    timer.passUntil(at(50));
    assertThat(use()).isTrue();
    timer.passUntil(at(52));
    use();
    uses.away = false;
    timer.pass(TIMEOUT);
    assertThat(uses.values("lastActive")).containsExactly(at(52));
    assertThat(uses.times("lastActive")).containsExactly(at(55));
  }

  @Test
  void aUseIsReportedBeforeTheDeadlineIfTheApiServerIsBackJustBeforeThat() {
    Instant deadline = Objects.requireNonNull(uses.now().idleAt(time.instant()));
    timer.passUntil(deadline.minusSeconds(4));
    uses.away = true;
    use();
    timer.passUntil(deadline.minusMillis(500));
    uses.away = false;
    timer.passUntil(deadline);
    assertThat(uses.values("lastActive")).containsExactly(deadline.minusSeconds(4));
  }

  @Test
  void whileTheApiServerIsAwayUsesGoOn() {
    uses.away = true;
    timer.passUntil(at(99));
    assertThat(use()).isTrue();
  }

  @Test
  void aSessionThatIsNeverIdleIsReportedEveryThreeMinutes() {
    ModelUses endless = new ModelUses(time, timer, Duration.ZERO);
    UseReporter reporter = reporter(endless);
    timer.passUntil(at(600));
    for (int second = 0; second < 600; second++) {
      assertThat(reporter.used(endless.backend()).toCompletableFuture()).isCompletedWithValue(true);
      timer.pass(Duration.ofSeconds(1));
    }
    assertThat(endless.times("lastActive")).containsExactly(at(600), at(780), at(960), at(1140));
  }

  @Test
  void anOpenStreamCountsWhereStreamsDoWhileItsClientAcknowledges() {
    uses.offer(true, Optional.empty());
    Presence stream = reporter.begun(uses.backend(), true);
    for (int second = 0; second < 300; second += 15) {
      timer.pass(Duration.ofSeconds(15));
      stream.acknowledged(Duration.ofSeconds(2));
    }
    assertThat(uses.now().idleAt(time.instant())).isAfter(at(298 + 80));
    timer.passUntil(at(328)); // its client is gone without a word
    stream.lost();
    stream.close();
    timer.pass(TIMEOUT);
    assertThat(uses.now().lastActiveAt(time.instant())).isEqualTo(at(298));
    assertThat(uses.now().idleAt(time.instant())).isEqualTo(at(298).plus(TIMEOUT));
  }

  /** A heartbeat goes out every 15 s, and its acknowledgement becomes known up to 5 s later. */
  @Test
  void aSessionWithAShortTimeoutIsNotIdleBetweenTwoHeartbeats() {
    ModelUses hasty = new ModelUses(time, timer, Duration.ofSeconds(10));
    hasty.offer(true, Optional.empty());
    Presence stream = reporter(hasty).begun(hasty.backend(), true);
    for (int beat = 1; beat <= 10; beat++) {
      for (int second = 0; second < 20; second++) {
        timer.pass(Duration.ofSeconds(1));
        assertThat(hasty.now().idleAt(time.instant())).isAfter(time.instant());
      }
      stream.acknowledged(Duration.ofSeconds(5));
    }
    timer.pass(Duration.ofSeconds(25));
    stream.lost();
    timer.pass(Duration.ofMinutes(1));
    assertThat(hasty.now().idleAt(time.instant())).isEqualTo(at(195 + 30));
  }

  @Test
  void theLastSignOfALostStreamIsItsLastUseAlsoWhereItIsKnownOnlyThen() {
    uses.offer(true, Optional.empty());
    Presence stream = reporter.begun(uses.backend(), true);
    timer.passUntil(at(45));
    stream.acknowledged(Duration.ofSeconds(30));
    stream.lost();
    timer.pass(TIMEOUT);
    assertThat(uses.values("lastActive")).containsExactly(at(15));
  }

  @Test
  void theEndOfAStreamIsItsLastUse() {
    uses.offer(true, Optional.empty());
    Presence stream = reporter.begun(uses.backend(), true);
    timer.passUntil(at(7));
    stream.close();
    timer.pass(TIMEOUT);
    assertThat(uses.values("lastActive")).containsExactly(at(7));
  }

  @Test
  void anOpenStreamCountsForNothingWhereRequestsDo() {
    Presence stream = reporter.begun(uses.backend(), true);
    timer.passUntil(at(50));
    stream.acknowledged(Duration.ZERO);
    stream.close();
    timer.pass(TIMEOUT);
    assertThat(uses.writes).isEmpty();
  }

  @Test
  void aSessionIsReleasedItsGraceAfterTheLastStreamAndRequest() {
    uses.offer(false, Optional.of(GRACE));
    Presence stream = reporter.begun(uses.backend(), true);
    Presence request = reporter.begun(uses.backend(), false);
    timer.passUntil(at(10));
    stream.close();
    stream.close(); // once is enough
    timer.passUntil(at(40));
    request.close();
    timer.passUntil(at(99));
    assertThat(uses.values("released")).isEmpty();
    timer.passUntil(at(300));
    assertThat(uses.values("released")).containsExactly(at(100));
    assertThat(uses.times("lastConnected")).containsExactly(at(0), at(30), at(60));
  }

  @Test
  void aUseAloneIsASignThatSomebodyIsThere() {
    uses.offer(false, Optional.of(GRACE));
    timer.passUntil(at(10));
    use();
    timer.passUntil(at(1000));
    assertThat(uses.values("released")).containsExactly(at(70));
  }

  @Test
  void whoHasComeBackWithinTheGraceIsNotReleased() {
    uses.offer(false, Optional.of(GRACE));
    reporter.begun(uses.backend(), true).close();
    timer.passUntil(at(59));
    Presence stream = reporter.begun(uses.backend(), true);
    timer.passUntil(at(1000));
    assertThat(uses.values("released")).isEmpty();
    stream.close();
    timer.pass(GRACE);
    assertThat(uses.values("released")).containsExactly(at(1060));
  }

  @Test
  void whoIsConnectedToAnotherReplicaIsNotReleasedHere() {
    uses.offer(false, Optional.of(GRACE));
    UseReporter other = reporter(uses);
    reporter.begun(uses.backend(), true).close();
    timer.passUntil(at(5));
    Presence there = other.begun(uses.backend(), true);
    timer.passUntil(at(500));
    assertThat(uses.values("released")).isEmpty();
    there.close();
    timer.passUntil(at(1000));
    assertThat(uses.values("released")).containsExactly(at(560));
  }

  @Test
  void aRequestToAnotherReplicaPutsTheReleaseOff() {
    uses.offer(false, Optional.of(GRACE));
    UseReporter other = reporter(uses);
    reporter.begun(uses.backend(), false).close();
    timer.passUntil(at(50));
    other.begun(uses.backend(), false).close();
    timer.passUntil(at(1000));
    assertThat(uses.values("released")).containsExactly(at(110));
  }

  @Test
  void aConnectionThatIsReportedWhileTheReleaseIsUnderWayWins() {
    uses.offer(false, Optional.of(GRACE));
    reporter.begun(uses.backend(), true).close();
    timer.passUntil(at(59));
    uses.delay = Duration.ofSeconds(3);
    timer.passUntil(at(60));
    uses.connectElsewhere(at(60).plusMillis(1));
    timer.passUntil(at(150)); // later the other replica would have said so again
    assertThat(uses.values("released")).isEmpty();
  }

  @Test
  void aLateReportOfAConnectionDoesNotTakeBackThatOfAnotherReplica() {
    uses.offer(false, Optional.of(GRACE));
    Presence gone = reporter.begun(uses.backend(), true);
    timer.passUntil(start.plusMillis(1));
    gone.close(); // reported after half of the grace
    timer.passUntil(at(29));
    uses.delay = Duration.ofSeconds(6);
    timer.passUntil(at(31));
    uses.connectElsewhere(at(31));
    timer.passUntil(at(80)); // later the other replica would have said so again
    assertThat(uses.now().lastConnectedAt(at(80))).isEqualTo(at(31));
    assertThat(uses.values("released")).isEmpty();
  }

  @Test
  void whatIsNotReportedYetIsAtTheEndOfTheProcess() {
    timer.passUntil(at(50));
    use();
    timer.passUntil(at(53));
    use();
    reporter.close();
    assertThat(uses.values("lastActive")).containsExactly(at(50), at(53));
  }

  @Test
  void aSessionThatIsNotUsedAnyMoreIsForgotten() {
    timer.passUntil(at(30));
    use();
    timer.pass(TIMEOUT);
    assertThat(timer.waiting()).isZero();
    assertThat(reporter.known()).isZero();
  }
}

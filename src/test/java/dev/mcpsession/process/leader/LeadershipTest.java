package dev.mcpsession.process.leader;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeadershipTest extends LeadershipFixture {
  @Test
  void theFirstLeadsAndTheSecondStandsBy() {
    Replica a = new Replica("a");
    Replica b = new Replica("b");
    assertThat(a.leadership.isOpen()).isFalse();
    a.leadership.look();
    b.leadership.look();
    assertThat(a.leadership.isOpen()).isTrue();
    assertThat(b.leadership.isOpen()).isFalse();
    assertThat(b.leadership.holder()).contains(a.identity.holder());
    assertThat(a.told).containsExactly("leading");
    assertThat(b.told).isEmpty();
    assertThat(lease.lease.getSpec().getLeaseDurationSeconds()).isEqualTo(15);
  }

  @Test
  void aRenewalIsOneCall() {
    Replica a = new Replica("a");
    a.leadership.look();
    int before = lease.calls.get();
    time.pass(PERIOD);
    a.leadership.look();
    assertThat(lease.calls.get() - before).isEqualTo(1);
    assertThat(lease.lease.getSpec().getLeaseTransitions()).isZero();
  }

  @Test
  void theGateClosesWithoutARenewalBeforeAnybodyLooks() {
    Replica a = new Replica("a");
    a.leadership.look();
    time.pass(Duration.ofMillis(9_999));
    assertThat(a.leadership.isOpen()).isTrue();
    time.pass(Duration.ofMillis(1));
    assertThat(a.leadership.isOpen()).isFalse();
    assertThat(a.leadership.isLeading()).isTrue();
  }

  @Test
  void aStandbyTakesOverAfterTheLeaseDurationAndNotBefore() {
    Replica a = new Replica("a");
    Replica b = new Replica("b");
    a.leadership.look();
    b.leadership.look();
    time.pass(Duration.ofMillis(14_999));
    b.leadership.look();
    assertThat(b.leadership.isLeading()).isFalse();
    time.pass(Duration.ofMillis(1));
    b.leadership.look();
    assertThat(b.leadership.isOpen()).isTrue();
    assertThat(lease.lease.getSpec().getLeaseTransitions()).isEqualTo(1);
  }

  @Test
  void atNoMomentTwoGatesAreOpenHoweverTheLeaderStalls() {
    for (int stall = 1; stall < 40; stall++) {
      lease.lease = null;
      Replica a = new Replica("a");
      Replica b = new Replica("b");
      a.leadership.look();
      for (int second = 0; second < 60; second++) {
        if (second % 2 == 0 && (second < 10 || second >= 10 + stall)) {
          a.leadership.look();
        }
        if (second % 2 == 1) {
          b.leadership.look();
        }
        assertThat(a.leadership.isOpen() && b.leadership.isOpen()).isFalse();
        time.pass(Duration.ofSeconds(1));
      }
      assertThat(a.leadership.isOpen() || b.leadership.isOpen()).isTrue();
    }
  }

  @Test
  void aLeaderThatWasStoppedIsDeposedWhenItLooks() {
    Replica a = new Replica("a");
    Replica b = new Replica("b");
    a.leadership.look();
    b.leadership.look();
    time.pass(Duration.ofSeconds(30));
    b.leadership.look();
    assertThat(a.leadership.isOpen()).as("before it has noticed").isFalse();
    a.leadership.look();
    assertThat(a.told)
        .containsExactly(
            "leading", "deposed: the Lease test/lease is held by " + b.identity.holder());
    time.pass(Duration.ofHours(1));
    a.leadership.look();
    assertThat(a.leadership.isOpen()).as("it never leads again").isFalse();
    assertThat(b.leadership.holder()).contains(b.identity.holder());
  }

  @Test
  void aLeaderThatWasStoppedWithoutAnotherLeadsAgain() {
    Replica a = new Replica("a");
    a.leadership.look();
    time.pass(Duration.ofSeconds(30));
    assertThat(a.leadership.isOpen()).isFalse();
    a.leadership.look();
    assertThat(a.leadership.isOpen()).isTrue();
    assertThat(a.told).containsExactly("leading", "leading");
  }

  @Test
  void anApiServerThatWasAwayDeposesNobody() {
    Replica a = new Replica("a");
    a.leadership.look();
    lease.away = true;
    for (int i = 0; i < 30; i++) {
      time.pass(PERIOD);
      a.leadership.look();
    }
    assertThat(a.leadership.isOpen()).isFalse();
    lease.away = false;
    a.leadership.look();
    assertThat(a.leadership.isOpen()).isTrue();
    assertThat(a.told)
        .startsWith("leading", "failed")
        .endsWith("failed", "leading")
        .doesNotContain("deposed");
  }

  @Test
  void aRenewalWhoseAnswerWasLostCounts() {
    Replica a = new Replica("a");
    a.leadership.look();
    lease.faults.add(LeaseInMemory.Fault.ANSWER_LOST);
    time.pass(PERIOD);
    a.leadership.look();
    time.pass(PERIOD);
    a.leadership.look();
    assertThat(a.leadership.sinceRenewal()).isZero();
    assertThat(a.told).containsExactly("leading", "failed");
  }

  @Test
  void aTakeOverWhoseAnswerWasLostIsNoticedAtTheNextLook() {
    Replica a = new Replica("a");
    lease.faults.add(LeaseInMemory.Fault.NONE);
    lease.faults.add(LeaseInMemory.Fault.ANSWER_LOST);
    a.leadership.look();
    assertThat(lease.lease).isNotNull();
    assertThat(a.leadership.isOpen()).isFalse();
    a.leadership.look();
    assertThat(a.leadership.isOpen()).isTrue();
  }

  @Test
  void stepsOfTheWallClockNeitherDeposeNorCrown() {
    Replica a = new Replica("a");
    Replica b = new Replica("b");
    a.leadership.look();
    b.leadership.look();
    for (Duration step : List.of(Duration.ofHours(1), Duration.ofHours(-2))) {
      time.step(step);
      b.leadership.look();
      assertThat(a.leadership.isOpen()).isTrue();
      assertThat(b.leadership.isLeading()).isFalse();
      time.pass(PERIOD);
      a.leadership.look();
    }
    time.pass(Duration.ofSeconds(1));
    b.leadership.look();
    time.pass(Duration.ofSeconds(15));
    b.leadership.look();
    assertThat(b.leadership.isOpen()).isTrue();
  }

  @Test
  void aRestartedContainerOfAPodDoesNotWaitForItsOwnLease() {
    Replica before = new Replica(Identity.of("pod-1", "uid-1", "host"));
    before.leadership.look();
    Replica after = new Replica(Identity.of("pod-1", "uid-1", "host"));
    after.leadership.look();
    assertThat(after.leadership.isOpen()).isTrue();

    before.leadership.look();
    assertThat(before.told.getLast()).startsWith("deposed");
  }

  @ParameterizedTest
  @CsvSource({
    "pod-1,uid-1,pod-1,uid-2", // of another namespace, or made again under this name
    "pod-1,uid-1,pod-1,",
    "pod-1,,pod-1,uid-1",
    "pod-1,,pod-1,", // a manifest of an earlier version
    "pod,uid-1,pod_uid,uid-1",
    ",,,", // two processes of one host
  })
  void whoMayBeAliveIsWaitedFor(String pod, String uid, String otherPod, String otherUid) {
    Replica first = new Replica(Identity.of(pod, uid, "host"));
    Replica second = new Replica(Identity.of(otherPod, otherUid, "host"));
    first.leadership.look();
    second.leadership.look();
    assertThat(second.leadership.isLeading()).isFalse();
    time.pass(Duration.ofSeconds(14));
    second.leadership.look();
    assertThat(second.leadership.isLeading()).isFalse();
    time.pass(Duration.ofSeconds(2));
    second.leadership.look();
    assertThat(second.leadership.isLeading()).isTrue();
  }
}

package dev.mcpsession.process.leader;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A Lease is given back, deleted or edited. */
class LeaseEndTest extends LeadershipFixture {
  @Test
  void aReleasedLeaseIsTakenAtTheNextLook() {
    Replica a = new Replica("a");
    Replica b = new Replica("b");
    a.leadership.look();
    b.leadership.look();
    a.leadership.close();
    assertThat(a.leadership.isOpen()).isFalse();
    assertThat(lease.lease.getSpec().getHolderIdentity()).isNull();
    b.leadership.look();
    assertThat(b.leadership.isOpen()).isTrue();
    assertThat(a.told).containsExactly("leading");
  }

  @Test
  void aStandbyThatEndsLeavesTheLeaseAlone() {
    Replica a = new Replica("a");
    Replica b = new Replica("b");
    a.leadership.look();
    b.leadership.look();
    int before = lease.calls.get();
    b.leadership.close();
    assertThat(lease.calls).hasValue(before);
    assertThat(a.leadership.isOpen()).isTrue();
  }

  @Test
  void aDeposedLeaderThatEndsDoesNotReleaseTheOthersLease() {
    Replica a = new Replica("a");
    Replica b = new Replica("b");
    a.leadership.look();
    b.leadership.look();
    time.pass(Duration.ofSeconds(30));
    b.leadership.look();
    a.leadership.close();
    assertThat(lease.lease.getSpec().getHolderIdentity()).isEqualTo(b.identity.holder());
  }

  @Test
  void aLeaseDeletedByHandIsMadeAgain() {
    Replica a = new Replica("a");
    a.leadership.look();
    lease.lease = null;
    time.pass(PERIOD);
    a.leadership.look();
    assertThat(a.leadership.isOpen()).isTrue();
    assertThat(lease.lease.getSpec().getHolderIdentity()).isEqualTo(a.identity.holder());
  }

  @Test
  void aLeaseEditedByHandStaysOurs() {
    Replica a = new Replica("a");
    a.leadership.look();
    lease.edit(l -> l.editMetadata().addToAnnotations("seen", "yes").endMetadata());
    time.pass(PERIOD);
    a.leadership.look();
    assertThat(a.leadership.isOpen()).isTrue();
    assertThat(lease.lease.getMetadata().getAnnotations()).containsKey("seen");
  }
}

package dev.mcpsession.process.leader;

import dev.mcpsession.config.OperatorConfig.LeaderElection;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads the contents of a Lease. Its instants are only for people: decisions use {@link
 * #version}, which changes with each renewal.
 */
record LeaseRecords(Identity identity, LeaderElection timing, InstantSource clock) {

  /**
   * The Lease, held by this process from now on.
   *
   * @param before the Lease to replace, with its resourceVersion; null: there is none
   */
  Lease held(@Nullable Lease before) {
    boolean renewal = before != null && isOurs(before);
    LeaseSpec old = before == null ? null : before.getSpec();
    ZonedDateTime now = clock.instant().atZone(ZoneOffset.UTC);
    int transitions =
        old == null || old.getLeaseTransitions() == null ? 0 : old.getLeaseTransitions();
    return (before == null
            ? new LeaseBuilder().withNewMetadata().endMetadata()
            : new LeaseBuilder(before))
        .withNewSpec()
        .withHolderIdentity(identity.holder())
        .withLeaseDurationSeconds(Math.toIntExact(timing.leaseDuration().toSeconds()))
        .withAcquireTime(renewal && old != null ? old.getAcquireTime() : now)
        .withRenewTime(now)
        .withLeaseTransitions(before == null || renewal ? transitions : transitions + 1)
        .endSpec()
        .build();
  }

  /** The Lease, free for the next holder, who counts the transition. */
  Lease released(Lease before) {
    Lease released = held(before);
    released.getSpec().setHolderIdentity(null);
    released.getSpec().setLeaseDurationSeconds(1);
    return released;
  }

  boolean isOurs(Lease lease) {
    return identity.holder().equals(holder(lease));
  }

  /** The duration that its holder promised, since replicas may have different configurations. */
  Duration duration(Lease lease) {
    Integer seconds = lease.getSpec() == null ? null : lease.getSpec().getLeaseDurationSeconds();
    return seconds == null ? timing.leaseDuration() : Duration.ofSeconds(seconds);
  }

  /** Null: nobody. */
  static @Nullable String holder(Lease lease) {
    String holder = lease.getSpec() == null ? null : lease.getSpec().getHolderIdentity();
    return holder == null || holder.isEmpty() ? null : holder;
  }

  static String version(Lease lease) {
    return lease.getMetadata().getResourceVersion();
  }
}

package dev.mcpsession.process.leader;

import dev.mcpsession.VirtualTime;
import dev.mcpsession.config.OperatorConfig;
import java.time.Duration;

/** One Lease, a clock, and replicas that contend. */
abstract class LeadershipFixture {
  static final Duration PERIOD = Duration.ofSeconds(2);

  final VirtualTime time = new VirtualTime();
  final LeaseInMemory lease = new LeaseInMemory();

  final class Replica extends LeadershipRecord {
    final Identity identity;
    final Leadership leadership;

    Replica(String name) {
      this(Identity.of(null, name));
    }

    Replica(Identity identity) {
      this.identity = identity;
      leadership =
          new Leadership(
              lease, identity, OperatorConfig.defaults().leaderElection(), time, time, this);
    }
  }
}

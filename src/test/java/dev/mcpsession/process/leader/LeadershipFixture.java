package dev.mcpsession.process.leader;


import dev.mcpsession.VirtualTime;
import dev.mcpsession.config.OperatorConfig;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One Lease, a clock, and replicas that contend. */
abstract class LeadershipFixture {
  static final Duration PERIOD = Duration.ofSeconds(2);

  final VirtualTime time = new VirtualTime();
  final LeaseInMemory lease = new LeaseInMemory();

  final class Replica implements Leadership.Listener {
    final List<String> told = new ArrayList<>();
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

    @Override
    public void leading() {
      told.add("leading");
    }

    @Override
    public void deposed(String why) {
      told.add("deposed: " + why);
    }

    @Override
    public void failed(KubernetesClientException failure) {
      told.add("failed");
    }
  }
}

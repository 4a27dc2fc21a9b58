package dev.mcpsession.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.config.IssuerProxies;
import dev.mcpsession.config.OperatorConfig;
import dev.mcpsession.process.leader.Identity;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Nothing is decided before every informer has read what there is. */
class CacheSyncTest {
  /** Longer than the operator waits for one informer before it starts the next ones. */
  private static final Duration LONGER_THAN_JOSDK_WAITS = Duration.ofSeconds(7);

  private static final Duration SOON = Duration.ofSeconds(30);

  private static final List<String> KINDS =
      List.of("pods", "mcpsessions", "secrets", "nodes", "services", "poddisruptionbudgets");

  @Test
  void everyKindThatIsNotReadYetIsNamedAndHoldsUpEverything() throws Exception {
    try (ScriptedCluster cluster = new ScriptedCluster()) {
      cluster.session("team", "alice");
      KINDS.forEach(kind -> cluster.delayed.put(kind, new CountDownLatch(1)));
      try (OperatorProcess process = start(cluster, Set.of())) {
        Set<String> unread = new LinkedHashSet<>(KINDS);
        for (String kind : KINDS) {
          await().atMost(SOON).until(() -> namesExactly(process.notReadyReason(), unread));
          assertThat(cluster.writes).isEmpty();
          unread.remove(kind);
          cluster.delayed.get(kind).countDown();
        }
        await().atMost(SOON).until(() -> process.notReadyReason().isEmpty());
        await().atMost(SOON).until(() -> !cluster.writes.isEmpty());
      }
    }
  }

  private static boolean namesExactly(Optional<String> reason, Set<String> kinds) {
    String prefix = "the caches are not filled yet: ";
    return reason
        .filter(why -> why.startsWith(prefix))
        .map(why -> Set.of(why.substring(prefix.length()).split(", ")))
        .filter(kinds::equals)
        .isPresent();
  }

  @Test
  void aCacheThatTakesLongerThanTheFrameworkWaitsStillHoldsUpEverything() throws Exception {
    try (ScriptedCluster cluster = new ScriptedCluster()) {
      cluster.session("team", "alice");
      cluster.delayed.put("pods", new CountDownLatch(1));
      try (OperatorProcess process = start(cluster, Set.of())) {
        await().atMost(SOON).until(() -> namesExactly(process.notReadyReason(), Set.of("pods")));
        await()
            .during(LONGER_THAN_JOSDK_WAITS)
            .atMost(SOON)
            .until(() -> namesExactly(process.notReadyReason(), Set.of("pods")));
        assertThat(cluster.writes).isEmpty();
      }
    }
  }

  @Test
  void aProcessThatWaitsForACacheEndsWhenItIsTold() throws Exception {
    try (ScriptedCluster cluster = new ScriptedCluster()) {
      cluster.delayed.put("pods", new CountDownLatch(1));
      OperatorProcess process = start(cluster, Set.of());
      await()
          .atMost(SOON)
          .until(() -> process.notReadyReason().orElse("").contains("not filled yet"));
      long before = System.nanoTime();
      process.close();
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
    }
  }

  static OperatorProcess start(ScriptedCluster cluster, Set<String> namespaces) throws Exception {
    return OperatorProcess.start(
        cluster.server.config(),
        OperatorConfig.parse("{watchTokenSecrets: true, watchNodes: true}"),
        new OperatorOptions(
            namespaces,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            false,
            Identity.of(null, "localhost"),
            "default",
            IssuerProxies.none()),
        why -> {});
  }
}

package dev.mcpsession.reconcile.activity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.reconcile.RunningController;
import dev.mcpsession.reconcile.activity.Evictions.Eviction;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * The last moment of a session: another process uses each of a thousand sessions just when its
 * eviction is due. The Pods are on simulated nodes.
 */
@ClusterTest
class TouchRaceIT {
  private static final int SESSIONS = 1000;
  private static final long STAGGER_MILLIS = 50;
  private static final int IDLE_SECONDS = 60;

  /** The share of touches below which there was no real race. */
  private static final double MEANINGFUL = 0.1;

  @Test
  void noSessionIsDeletedAfterATouchThatTheApiServerAccepted(Cluster cluster) throws Exception {
    String namespace = cluster.namespace();
    RefusedDeletes refused = new RefusedDeletes();
    try (var controller =
            new RunningController(
                cluster.client(),
                namespace,
                refused::counting,
                RunningController.sources(cluster.client()));
        var evictions = new Evictions(cluster, namespace);
        var process = new TouchProcess(cluster, namespace)) {
      create(cluster);
      await()
          .atMost(Duration.ofSeconds(4 * IDLE_SECONDS))
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> process.touches().size() == SESSIONS);
      List<Touch> touches = process.touches();
      await()
          .atMost(Duration.ofSeconds(2 * IDLE_SECONDS))
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> evictions.seen().size() == SESSIONS);
      judge(touches, evictions.seen(), refused.count());
    }
  }

  private static void judge(List<Touch> touches, Map<String, Eviction> evictions, int refused) {
    List<Touch> accepted = touches.stream().filter(Touch::accepted).toList();
    List<Touch> tooLate = touches.stream().filter(Touch::tooLate).toList();
    long close =
        touches.stream()
            .filter(t -> Duration.between(t.deadline(), t.sent()).abs().toMillis() <= 20)
            .count();
    System.out.printf(
        "%d touches, %d of them within 20 ms of the deadline: %d accepted, %d too late;"
            + " %d evictions refused because of a touch; %d sessions evicted in the end%n",
        touches.size(), close, accepted.size(), tooLate.size(), refused, evictions.size());
    System.out.printf(
        "sent, in ms after the deadline: accepted %s; too late %s%n",
        sentAfterDeadline(accepted), sentAfterDeadline(tooLate));
    System.out.printf(
        "evictions seen, in ms after the deadline: %s%n",
        quartiles(
            evictions.values().stream()
                .map(e -> Duration.between(e.deadline(), e.seen()))
                .toList()));

    assertThat(touches).as("answered").allMatch(t -> t.accepted() || t.tooLate());
    assertThat(accepted)
        .as("a session that was used lives until its new deadline")
        .allSatisfy(
            t ->
                assertThat(evictions.get(t.uid()).seen())
                    .isAfterOrEqualTo(t.sent().plusSeconds(IDLE_SECONDS)));
    assertThat(evictions.values())
        .as("no session ends before the deadline that was stored last")
        .allSatisfy(e -> assertThat(e.seen()).isAfterOrEqualTo(e.deadline()));
    assertThat(tooLate)
        .as("a session that was not used in time ended at its first deadline")
        .allSatisfy(t -> assertThat(evictions.get(t.uid()).deadline()).isEqualTo(t.deadline()));
    assertThat(refused).as("touches between the decision and the delete").isPositive();
    assertThat(accepted).as("the race was run").hasSizeGreaterThan((int) (SESSIONS * MEANINGFUL));
    assertThat(tooLate).as("the race was run").hasSizeGreaterThan((int) (SESSIONS * MEANINGFUL));
  }

  private static String sentAfterDeadline(List<Touch> touches) {
    return quartiles(touches.stream().map(t -> Duration.between(t.deadline(), t.sent())).toList());
  }

  private static String quartiles(List<Duration> durations) {
    long[] millis = durations.stream().mapToLong(Duration::toMillis).sorted().toArray();
    return millis.length == 0
        ? "none"
        : "min %d, p50 %d, p99 %d, max %d"
            .formatted(
                millis[0],
                millis[millis.length / 2],
                millis[millis.length * 99 / 100],
                millis[millis.length - 1]);
  }

  /** Creates them one after the other, so that their deadlines come one after the other. */
  private static void create(Cluster cluster) {
    try (ScheduledExecutorService timer = Executors.newScheduledThreadPool(4)) {
      for (int i = 0; i < SESSIONS; i++) {
        McpSession session = session(i);
        var unused =
            timer.schedule(
                () -> cluster.sessions().resource(session).create(),
                i * STAGGER_MILLIS,
                TimeUnit.MILLISECONDS);
      }
    }
  }

  private static McpSession session(int number) {
    return Serialization.unmarshal(
        """
        apiVersion: mcpsession.dev/v1alpha1
        kind: McpSession
        metadata: {name: user-%d}
        spec:
          user: user-%d
          idleTimeoutSeconds: %d
          service: false
          podTemplate:
            spec:
              nodeSelector: {type: fake}
              tolerations: [{key: kwok.x-k8s.io/node, operator: Exists}]
              containers:
              - name: backend
                image: simulated
        """
            .formatted(number, number, IDLE_SECONDS),
        McpSession.class);
  }
}

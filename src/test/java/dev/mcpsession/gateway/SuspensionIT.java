package dev.mcpsession.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.Reason;
import dev.mcpsession.cluster.AuditLog;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.MergePatch;
import dev.mcpsession.replicas.Installation;
import dev.mcpsession.replicas.McpHttp;
import dev.mcpsession.replicas.McpHttp.Answer;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What use through the gateway keeps alive, and what a client sees of a session that slept. */
@ClusterTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SuspensionIT {
  private static final String LIST = "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"tools/list\"}";

  private final Cluster cluster;
  private Installation all;

  SuspensionIT(Cluster cluster) {
    this.cluster = cluster;
  }

  @BeforeAll
  void start() throws Exception {
    all = Installation.start(cluster);
  }

  @AfterAll
  void stop() throws Exception {
    all.close();
  }

  @Test
  void theSameIdWorksAgainAfterASuspensionByItsNextRequest() throws Exception {
    all.offer("nap", "idleTimeoutSeconds: 3");
    try (McpHttp alice = all.client("alice", "nap")) {
      String id = alice.initialize(all.endpoint("nap", 0)).sessionId().orElseThrow();
      awaitReason("nap", Reason.SuspendedIdle);
      await().untilAsserted(() -> assertThat(all.pods("nap")).isEmpty());

      Answer again = alice.post(all.endpoint("nap", 1), id, LIST);

      assertThat(again.status()).as(again.body()).isEqualTo(200);
      await().untilAsserted(() -> assertThat(session("nap").getStatus().revision()).isEqualTo(2));
    }
  }

  @Test
  void aSessionIsSuspendedItsIdleTimeoutAfterTheLastUse() throws Exception {
    Duration timeout = Duration.ofSeconds(5);
    all.offer("exact", "idleTimeoutSeconds: " + timeout.toSeconds());
    try (McpHttp alice = all.client("alice", "exact")) {
      String id = alice.initialize(all.endpoint("exact", 0)).sessionId().orElseThrow();
      Instant sent = Instant.now();
      for (int i = 0; i < 8; i++) {
        pause(Duration.ofMillis(450));
        sent = Instant.now();
        assertThat(alice.post(all.endpoint("exact", i), id, LIST).status()).isEqualTo(200);
      }
      Instant answered = Instant.now();
      awaitReason("exact", Reason.SuspendedIdle);
      // Condition times are whole seconds, and a busy operator is a little late.
      assertThat(ready("exact").lastTransitionTime())
          .isBetween(
              sent.plus(timeout).truncatedTo(ChronoUnit.SECONDS),
              answered.plus(timeout).plusSeconds(3));
    }
  }

  @Test
  void aSessionThatIsUsedWithinEachSecondIsNeverSuspendedThoughItsTimeoutIsASecond()
      throws Exception {
    all.offer("brisk", "idleTimeoutSeconds: 1");
    int uses = 25;
    try (McpHttp alice = all.client("alice", "brisk")) {
      Instant last = Instant.now();
      String id = alice.initialize(all.endpoint("brisk", 0)).sessionId().orElseThrow();
      Instant begun = Instant.now();
      int late = 0;
      for (int i = 0; i < uses; i++) {
        Instant sent = Instant.now();
        assertThat(alice.post(all.endpoint("brisk", 0), id, LIST).status()).isEqualTo(200);
        late += Duration.between(last, Instant.now()).compareTo(Duration.ofSeconds(1)) < 0 ? 0 : 1;
        last = sent;
        pause(Duration.ofMillis(750));
      }
      Instant ended = Instant.now();
      // On a busy machine this client itself may be late, and only then may it have been suspended.
      assertThat(session("brisk").getStatus().revision()).isLessThanOrEqualTo(1 + late);
      assertThat(late).isLessThan(uses / 2);
      if (AuditLog.given().isPresent()) {
        AuditLog audit = AuditLog.given().get();
        audit.flush(cluster.client(), cluster.namespace());
        long patches =
            audit.between(begun, ended, session("brisk").getMetadata().getName()).stream()
                .filter(request -> request.what().equals("patch mcpsessions"))
                .count();
        assertThat(patches).isLessThanOrEqualTo(5 * Duration.between(begun, ended).toSeconds() + 5);
      }
    }
  }

  @Test
  void aReleasedSessionIsSuspendedAtOnceAndTheNextRequestResumesIt() throws Exception {
    all.offer("leave", "idleTimeoutSeconds: 3600");
    try (McpHttp alice = all.client("alice", "leave")) {
      String id = alice.initialize(all.endpoint("leave", 0)).sessionId().orElseThrow();
      // The last use may be written a moment later.
      pause(Duration.ofSeconds(1));
      MergePatch.apply(
          resource("leave"),
          "{metadata: {annotations: {\"%s\": \"%s\"}}}".formatted(Names.RELEASED, Instant.now()));
      awaitReason("leave", Reason.SuspendedIdle);

      Answer again = alice.post(all.endpoint("leave", 1), id, LIST);

      assertThat(again.status()).as(again.body()).isEqualTo(200);
    }
  }

  @Test
  void aSessionThatSomebodySuspendedSaysSoAndPromisesNothing() throws Exception {
    all.offer("held", "drainSeconds: 10");
    try (McpHttp alice = all.client("alice", "held")) {
      String id = alice.initialize(all.endpoint("held", 0)).sessionId().orElseThrow();
      MergePatch.apply(resource("held"), "{spec: {suspend: true}}");
      awaitReason("held", Reason.Suspended);

      Answer refused =
          await()
              .until(
                  () -> alice.post(all.endpoint("held", 0), id, LIST),
                  answer -> answer.status() == 503);

      assertThat(refused.http().headers().firstValue("Retry-After")).isEmpty();
      assertThat(refused.body()).contains("suspend");

      MergePatch.apply(resource("held"), "{spec: {suspend: false}}");
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> alice.post(all.endpoint("held", 0), id, LIST).status() == 200);
    }
  }

  private void awaitReason(String template, Reason reason) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> ready(template).reason().equals(reason.name()));
  }

  private Condition ready(String template) {
    return Objects.requireNonNull(session(template).getStatus().condition(ConditionType.Ready));
  }

  /** The only one of the template. */
  private McpSession session(String template) {
    List<McpSession> sessions = all.sessions(template);
    assertThat(sessions).hasSize(1);
    return sessions.getFirst();
  }

  private Resource<McpSession> resource(String template) {
    return cluster.sessions().withName(session(template).getMetadata().getName());
  }

  private static void pause(Duration pause) {
    await().pollDelay(pause).timeout(pause.plusSeconds(60)).until(() -> true);
  }
}

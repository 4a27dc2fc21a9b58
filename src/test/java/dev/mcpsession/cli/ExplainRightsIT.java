package dev.mcpsession.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.cluster.AuditLog;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.ClusterUser;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever asks about a session is told what their rights let them see, and no more. */
@ClusterTest
class ExplainRightsIT {
  /** The audit log is written in batches. */
  private static final Duration LATE = Duration.ofSeconds(15);

  private final Cluster cluster;
  private SomeSessions sessions;

  ExplainRightsIT(Cluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void takeANamespace() {
    sessions = new SomeSessions(cluster, cluster.newNamespace());
  }

  @Test
  void whoMayOnlyGetIsToldAllButWhatThatLeavesOpen() throws Exception {
    sessions.create("alice", "");
    ClusterUser reader = user("reader", List.of("get"), "mcpsessions", "pods", "services");
    try (OperatorChild operator = sessions.operator()) {
      SomeSessions.eventually().until(() -> sessions.says("alice", "Serving"));
      Instant from = Instant.now().minusMillis(1);
      RoleRun run = RoleRun.as(reader.kubeconfig(), "explain", sessions.namespace() + "/alice");
      assertThat(run.err()).isEmpty();
      assertThat(run.code()).isZero();
      assertThat(run.out())
          .contains("alice-1: serving", "Now:           nothing to do")
          .contains("Not readable:  Pods that the status does not name: pods is forbidden");
      AuditLog.given()
          .ifPresent(
              log ->
                  await()
                      .atMost(LATE)
                      .untilAsserted(
                          () ->
                              assertThat(log.requests(reader.name(), from))
                                  .isNotEmpty()
                                  .allSatisfy(it -> assertThat(it.verb()).isIn("get", "list"))));
    }
  }

  @Test
  void whatMustNotBeReadIsNamedAndTheRestIsExplained() throws Exception {
    sessions.create("alice", "");
    ClusterUser reader = user("narrow", List.of("get"), "mcpsessions");
    try (OperatorChild operator = sessions.operator()) {
      SomeSessions.eventually().until(() -> sessions.says("alice", "Serving"));
    }
    RoleRun run = RoleRun.as(reader.kubeconfig(), "explain", sessions.namespace() + "/alice");
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .contains("Ready:         True, Serving", "Idle clock:    never used", "over at ")
        .contains("Now:           cannot be said, for the session's Pods are not readable")
        .contains("the Service, supposed to be as it should: services \"alice\" is forbidden");
  }

  @Test
  void whoMayNotReadTheTemplateIsToldTheRest() throws Exception {
    sessions.createOf("tools", "alice");
    ClusterUser reader = user("untold", List.of("get", "list"), "mcpsessions", "pods", "services");
    RoleRun run = RoleRun.as(reader.kubeconfig(), "explain", sessions.namespace() + "/alice");
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .contains("Template:      tools, not readable", "Pods:          none")
        .contains("Now:           cannot be said, for the session's template is not readable")
        .contains(
            "the template, so what it says is left open: mcptemplates.mcpsession.dev \"tools\"");
  }

  @Test
  void whoMayNotReadSessionsIsToldWhatToAskFor() throws Exception {
    sessions.create("alice", "");
    ClusterUser stranger = user("stranger", List.of("get"), "services");
    RoleRun run = RoleRun.as(stranger.kubeconfig(), "explain", sessions.namespace() + "/alice");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains("is forbidden", "; ask for get on mcpsessions.mcpsession.dev in ");
  }

  private ClusterUser user(String name, List<String> verbs, String... resources) throws Exception {
    cluster
        .client()
        .resource(
            new RoleBuilder()
                .withNewMetadata()
                .withNamespace(sessions.namespace())
                .withName(name)
                .endMetadata()
                .addNewRule()
                .withApiGroups("", "mcpsession.dev")
                .withResources(resources)
                .withVerbs(verbs)
                .endRule()
                .build())
        .create();
    return ClusterUser.create(cluster, sessions.namespace(), name, "Role", name);
  }
}

package dev.mcpsession.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Names;
import dev.mcpsession.cluster.AuditLog;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.ClusterUser;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is said of a session, and that this is what happens to it. */
@ClusterTest
class ExplainIT {
  /** Of an operator beside others on a busy machine. */
  private static final Duration LATE = Duration.ofSeconds(15);

  private static final Pattern NEXT = Pattern.compile("(?m)^Next: +at (\\S+) \\(in ");

  private final Cluster cluster;
  private SomeSessions sessions;

  ExplainIT(Cluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void takeANamespace() {
    sessions = new SomeSessions(cluster, cluster.newNamespace());
  }

  @Test
  void beforeAnOperatorRunsItSaysHowTheSessionWillStart() throws Exception {
    sessions.create("alice", "token: {serviceAccount: {name: default}}");
    assertThat(explained())
        .contains(
            "Status:        empty",
            "- make Service alice for revision 1, port 8080",
            "- begin revision 1, cause start",
            "- ask the token source for a token",
            "  - make Pod alice-1",
            "see whether an operator runs");
    try (OperatorChild operator = sessions.operator()) {
      eventually().until(() -> sessions.says("alice", "Serving"));
      assertThat(explained())
          .contains(
              "Ready:         True, Serving since ",
              "Revision:      1 serves at http://",
              "Pods:          alice-1: serving, Ready since ",
              "Token:         from Kubernetes, for ServiceAccount default; the one that serves"
                  + " expires at "
                  + sessions.status("alice").tokenExpirationTime(),
              "Renewal:       at " + sessions.status("alice").renewalTime() + " (in ",
              "Now:           nothing to do");
    }
  }

  @Test
  void theSessionIsSuspendedWhenItSaysAndThenItSaysWhatResumesIt() throws Exception {
    sessions.create("alice", "idleTimeoutSeconds: 15, onIdle: Suspend");
    try (OperatorChild operator = sessions.operator()) {
      eventually().until(() -> sessions.says("alice", "Serving"));
      String said = explained();
      assertThat(said).contains("- say Ready False, SuspendedIdle", "- delete Pod alice-1");
      eventually().until(() -> sessions.says("alice", "SuspendedIdle"));
      assertThat(Instant.now()).isBetween(next(said), next(said).plus(LATE));
      assertThat(explained())
          .contains(
              "idleTimeoutSeconds 15 over at " + next(said) + " (",
              "; it is suspended, until a lastActive moves that into the future",
              "Now:           nothing to do");
    }
  }

  @Test
  void theSessionIsEvictedWhenItSays() throws Exception {
    sessions.create("alice", "idleTimeoutSeconds: 12");
    try (OperatorChild operator = sessions.operator()) {
      eventually().until(() -> sessions.says("alice", "Serving"));
      String said = explained();
      assertThat(said).contains("- delete the session");
      eventually().until(() -> sessions.all().withName("alice").get() == null);
      assertThat(Instant.now()).isBetween(next(said), next(said).plus(LATE));
      // It is written once the session is gone.
      eventually().until(() -> evicted().isPresent());
      assertThat(said).contains("- report: " + evicted().orElseThrow());
    }
  }

  @Test
  void theTokenIsRenewedWhenItSays() throws Exception {
    put("value-one", Duration.ofSeconds(45)); // renewed after two thirds of that
    sessions.create("alice", "token: {secret: {name: alice-token, expiresAtKey: expiresAt}}");
    try (OperatorChild operator = sessions.operator()) {
      eventually().until(() -> sessions.says("alice", "Serving"));
      put("value-two", Duration.ofHours(1));
      String said = explained();
      assertThat(said)
          .contains("- ask the token source for a token", "  - begin revision 2, cause token")
          .contains("a third of its life, since renewBeforeSeconds 300 is more")
          .doesNotContain("value-one", "value-two");
      eventually().until(() -> Integer.valueOf(2).equals(sessions.status("alice").revision()));
      assertThat(sessions.status("alice").servingSince())
          .isBetween(next(said), next(said).plus(LATE));
    }
  }

  @Test
  void aStartThatFailsIsTriedAgainWhenItSays() throws Exception {
    sessions.create("alice", "token: {secret: {name: alice-token}}");
    try (OperatorChild operator = sessions.operator()) {
      eventually().until(() -> sessions.says("alice", "TokenPending"));
      eventually()
          .until(() -> Optional.ofNullable(sessions.status("alice").failures()).orElse(0) > 1);
      String said = explained();
      assertThat(said)
          .contains("Attempt:       revision 1, cause start", "in a row", "no Secret alice-token");
      put("token", Duration.ofHours(1));
      eventually().until(() -> sessions.says("alice", "Serving"));
      McpSessionStatus status = sessions.status("alice");
      Matcher waits = Pattern.compile("waits until (\\S+)").matcher(said);
      if (waits.find()) { // else it was being tried at that moment
        assertThat(status.servingSince()).isAfterOrEqualTo(Instant.parse(waits.group(1)));
      }
    }
  }

  @Test
  void ofASessionThatIsBeingDeletedItSaysWhatItWaitsFor() {
    sessions.create(
        "alice",
        List.of(Names.REVOCATION_FINALIZER, "example.com/audit"),
        "token: {oauth2ClientCredentials: {tokenEndpoint: 'https://idp.example/t',"
            + " clientSecretName: client, revocationEndpoint: 'https://idp.example/r'}}");
    sessions.all().withName("alice").delete();
    assertThat(explained())
        .contains(
            "Deletion:      asked for at ",
            Names.REVOCATION_FINALIZER + ", which the operator removes",
            "example.com/audit, which another program has to remove",
            "- revoke the session's tokens at their issuer",
            "see whether an operator runs");
    sessions.letGo("alice");
  }

  @Test
  void whoMayOnlyGetIsToldAllButWhatThatLeavesOpen() throws Exception {
    sessions.create("alice", "");
    ClusterUser reader = user("reader", List.of("get"), "mcpsessions", "pods", "services");
    try (OperatorChild operator = sessions.operator()) {
      eventually().until(() -> sessions.says("alice", "Serving"));
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
      eventually().until(() -> sessions.says("alice", "Serving"));
    }
    RoleRun run = RoleRun.as(reader.kubeconfig(), "explain", sessions.namespace() + "/alice");
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .contains("Ready:         True, Serving", "Idle clock:    never used", "over at ")
        .contains("Now:           cannot be said, for the session's Pods are not readable")
        .contains("the Service, supposed to be as it should: services \"alice\" is forbidden");
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

  @Test
  void aNameThatIsNotThereIsSaid() {
    RoleRun run = RoleRun.explain(cluster, sessions.namespace(), "nobody");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .contains("There is no McpSession " + sessions.namespace() + "/nobody; see what there is");
  }

  private String explained() {
    RoleRun run = RoleRun.explain(cluster, sessions.namespace(), "alice");
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    return run.out();
  }

  private Optional<String> evicted() {
    return cluster
        .client()
        .v1()
        .events()
        .inNamespace(sessions.namespace())
        .list()
        .getItems()
        .stream()
        .filter(event -> event.getReason().equals("Evicted"))
        .map(Event::getMessage)
        .findFirst();
  }

  private static Instant next(String said) {
    Matcher next = NEXT.matcher(said);
    assertThat(next.find()).as(said).isTrue();
    return Instant.parse(next.group(1));
  }

  private static ConditionFactory eventually() {
    return await()
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptions();
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

  private void put(String token, Duration life) {
    Secret secret =
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace(sessions.namespace())
            .withName("alice-token")
            .addToLabels(Names.TOKEN_SOURCE_LABEL, "true")
            .endMetadata()
            .addToStringData("token", token)
            .addToStringData("expiresAt", Instant.now().plus(life).toString())
            .build();
    cluster.client().resource(secret).createOr(NonDeletingOperation::update);
  }
}

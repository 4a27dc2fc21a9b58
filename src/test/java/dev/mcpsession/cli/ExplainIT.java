package dev.mcpsession.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Names;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

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
  @Execution(ExecutionMode.CONCURRENT)
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
      SomeSessions.eventually().until(() -> sessions.says("alice", "Serving"));
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
  @Execution(ExecutionMode.CONCURRENT)
  void theSessionIsSuspendedWhenItSaysAndThenItSaysWhatResumesIt() throws Exception {
    sessions.create("alice", "idleTimeoutSeconds: 15, onIdle: Suspend");
    try (OperatorChild operator = sessions.operator()) {
      SomeSessions.eventually().until(() -> sessions.says("alice", "Serving"));
      String said = explained();
      assertThat(said).contains("- say Ready False, SuspendedIdle", "- delete Pod alice-1");
      SomeSessions.eventually().until(() -> sessions.says("alice", "SuspendedIdle"));
      assertThat(Instant.now()).isBetween(next(said), next(said).plus(LATE));
      assertThat(explained())
          .contains(
              "idleTimeoutSeconds 15 over at " + next(said) + " (",
              "; it is suspended, until a lastActive moves that into the future",
              "Now:           nothing to do");
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void theSessionIsEvictedWhenItSays() throws Exception {
    sessions.create("alice", "idleTimeoutSeconds: 12");
    try (OperatorChild operator = sessions.operator()) {
      SomeSessions.eventually().until(() -> sessions.says("alice", "Serving"));
      String said = explained();
      assertThat(said).contains("- delete the session");
      SomeSessions.eventually().until(() -> sessions.all().withName("alice").get() == null);
      assertThat(Instant.now()).isBetween(next(said), next(said).plus(LATE));
      // It is written once the session is gone.
      SomeSessions.eventually().until(() -> evicted().isPresent());
      assertThat(said).contains("- report: " + evicted().orElseThrow());
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void theTokenIsRenewedWhenItSays() throws Exception {
    put("value-one", Duration.ofSeconds(45)); // renewed after two thirds of that
    sessions.create("alice", "token: {secret: {name: alice-token, expiresAtKey: expiresAt}}");
    try (OperatorChild operator = sessions.operator()) {
      SomeSessions.eventually().until(() -> sessions.says("alice", "Serving"));
      put("value-two", Duration.ofHours(1));
      String said = explained();
      assertThat(said)
          .contains("- ask the token source for a token", "  - begin revision 2, cause token")
          .contains("a third of its life, since renewBeforeSeconds 300 is more")
          .doesNotContain("value-one", "value-two");
      SomeSessions.eventually()
          .until(() -> Integer.valueOf(2).equals(sessions.status("alice").revision()));
      assertThat(sessions.status("alice").servingSince())
          .isBetween(next(said), next(said).plus(LATE));
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aStartThatFailsIsTriedAgainWhenItSays() throws Exception {
    sessions.create("alice", "token: {secret: {name: alice-token}}");
    try (OperatorChild operator = sessions.operator()) {
      SomeSessions.eventually().until(() -> sessions.says("alice", "TokenPending"));
      Instant first = sessions.status("alice").nextAttemptTime();
      SomeSessions.eventually()
          .until(
              () -> {
                Instant next = sessions.status("alice").nextAttemptTime();
                return next != null && !next.equals(first);
              });
      String said = explained();
      assertThat(said).contains("Attempt:       revision 1, cause start", "no Secret alice-token");
      put("token", Duration.ofHours(1));
      SomeSessions.eventually().until(() -> sessions.says("alice", "Serving"));
      McpSessionStatus status = sessions.status("alice");
      Matcher waits = Pattern.compile("waits until (\\S+)").matcher(said);
      if (waits.find()) { // else it was being tried at that moment
        assertThat(status.servingSince()).isAfterOrEqualTo(Instant.parse(waits.group(1)));
      }
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
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
  @Execution(ExecutionMode.CONCURRENT)
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

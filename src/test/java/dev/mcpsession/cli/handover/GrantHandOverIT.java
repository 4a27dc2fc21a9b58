package dev.mcpsession.cli.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.cluster.AuditLog;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.issuer.ForgejoIssuer;
import dev.mcpsession.issuer.IssuerCall;
import dev.mcpsession.issuer.IssuerFault;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Two operating system processes, one Lease, and grants whose refresh tokens work once. Signals hit
 * the leader in the middle of its calls, since the issuer takes its time to answer. Each test has a
 * namespace, an issuer and processes of its own, and waits most of the time: they run side by side.
 */
@ClusterTest
class GrantHandOverIT {
  private static final Duration SHORT_LIFE = Duration.ofSeconds(15);
  private static final Duration LONG_LIFE = Duration.ofHours(1);

  /** The claim of a process that was killed, a call, two new backends, on a busy machine. */
  private static final Duration SETTLED = Duration.ofMinutes(3);

  private ForgejoIssuer issuer;
  private Replicas replicas;
  private GrantSessions sessions;

  @BeforeEach
  void start(Cluster cluster) throws IOException {
    String namespace = cluster.newNamespace();
    issuer = ForgejoIssuer.start();
    sessions = new GrantSessions(cluster.client(), namespace, issuer);
    replicas = Replicas.start(cluster, namespace, issuer);
  }

  @AfterEach
  void end() throws IOException {
    replicas.close();
    sessions.close();
    issuer.close();
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void noRefreshTokenIsUsedTwiceHoweverOftenLeadersEndAndFreeze() throws Exception {
    List<String> users = addUsers();
    for (String signal : List.of("TERM", "STOP", "TERM")) {
      Replicas.Replica leader = replicas.leader();
      awaitCall();
      leader.child().signal(signal);
      Instant signalled = Instant.now();
      replicas.awaitSuccessor();
      if (signal.equals("STOP")) {
        awaitTime(signalled.plusSeconds(30));
        leader.child().signal("CONT");
        assertThat(leader.child().await()).isEqualTo(1);
      } else {
        assertThat(leader.child().await()).isZero();
      }
      replicas.startStandby();
    }
    users.forEach(this::assertServesOn);
    assertNothingIsLost();
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aKillLosesTheGrantsWhoseAnswersWereNotStoredAndNoOther() throws Exception {
    List<String> users = addUsers();
    List<String> lost = new ArrayList<>();
    List<String> alive = new ArrayList<>(users);
    awaitCall();
    replicas.leader().child().signal("KILL");
    replicas.leader().child().await();
    // Nobody writes a grant now: the standby waits for the end of the Lease.
    alive.stream().filter(user -> isUsedUp(sessions.storedRefreshToken(user))).forEach(lost::add);
    alive.removeAll(lost);
    assertThat(lost).as("the issuer was about to answer").isNotEmpty();
    assertThat(alive).as("not all at once").isNotEmpty();
    replicas.awaitSuccessor();
    alive.forEach(this::assertServesOn);
    lost.forEach(this::assertEnds);
    assertThat(issuer.presentedTwice()).hasSameSizeAs(lost);
    assertThat(issuer.refused()).isEqualTo(lost.size());
    assertThat(sessions.faults()).isEmpty();
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void afterSigtermTheProcessStaysUntilTheAnswerIsStored() throws Exception {
    Replicas.Replica leader = replicas.leader();
    addOneThatIsDueSoon();
    String first = sessions.storedRefreshToken("alice");
    issuer.failNext(1, new IssuerFault.Slow(Duration.ofSeconds(8)));
    awaitCall();
    Instant signalled = Instant.now();
    leader.child().signal("TERM");
    await("the Lease is released after the answer was stored, not before")
        .atMost(Duration.ofSeconds(45))
        .pollInterval(Duration.ofMillis(50))
        .failFast(
            () -> {
              boolean stillLeads = replicas.leads(leader);
              assertThat(stillLeads || !isStored(first)).isTrue();
            })
        .until(() -> !replicas.leads(leader));
    assertThat(leader.child().await()).isZero();
    assertThat(Duration.between(signalled, Instant.now()))
        .isBetween(Duration.ofSeconds(5), Duration.ofSeconds(45));
    assertThat(leader.child().log()).contains("Waits for the answer to a renewal");
    replicas.awaitSuccessor();
    assertServesTheStoredAnswer();
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aFrozenLeaderStoresItsAnswerAlthoughItWasDeposed() throws Exception {
    Replicas.Replica leader = replicas.leader();
    addOneThatIsDueSoon();
    String first = sessions.storedRefreshToken("alice");
    issuer.failNext(1, new IssuerFault.Slow(Duration.ofSeconds(5)));
    awaitCall();
    Instant called = Instant.now();
    leader.child().signal("STOP");
    replicas.awaitSuccessor();
    // Longer than the call may take, shorter than the claim.
    awaitTime(called.plusSeconds(33));
    assertThat(isStored(first)).as("the new leader leaves the grant alone").isTrue();
    assertThat(issuer.refreshes()).as("the new leader waits for the claim").isEqualTo(3);
    Instant continued = Instant.now();
    leader.child().signal("CONT");
    assertThat(leader.child().await()).isEqualTo(1);
    assertThat(isStored(first)).as("the answer is not stored").isFalse();
    assertServesTheStoredAnswer();
    AuditLog.given()
        .ifPresent(
            audit ->
                assertThat(audit.requests(leader.user().name(), continued))
                    .as("of all that a deposed leader writes, one grant, and its Lease in vain")
                    .filteredOn(AuditLog.Request::isWrite)
                    .allMatch(
                        asked ->
                            asked.resource().equals("leases")
                                ? asked.code() == 409
                                : asked.name().equals("alice"))
                    .filteredOn(asked -> asked.resource().equals("secrets"))
                    .hasSize(1));
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void anAnswerIntoTheVoidEndsTheSessionsOfThatGrantAndSaysWhatToDo() throws Exception {
    addOneThatIsDueSoon();
    issuer.failNext(1, new IssuerFault.AnswerLost());
    awaitCall();
    replicas.leader().child().signal("KILL");
    replicas.awaitSuccessor();
    assertEnds("alice");
    sessions.assertServing("bob");
    assertThat(sessions.reached("bob")).isEqualTo(1);
    assertThat(issuer.refused()).isEqualTo(1);
    assertThat(sessions.faults()).isEmpty();
  }

  /** With the issuer slow at every call. */
  private List<String> addUsers() {
    issuer.accessTokenLifespan(SHORT_LIFE);
    issuer.fail(new IssuerFault.Slow(Duration.ofMillis(1500)));
    List<String> users = List.of("alice", "bob", "carol", "dave");
    Instant start = Instant.now();
    for (int i = 0; i < users.size(); i++) {
      awaitTime(start.plusMillis(i * 2500L)); // so that they are not due at once later
      sessions.add(users.get(i));
    }
    users.forEach(user -> eventually(() -> sessions.assertServing(user)));
    return users;
  }

  /** With a token that it does not have yet. */
  private void assertServesOn(String user) {
    int reached = sessions.reached(user);
    eventually(() -> assertThat(sessions.haveReached(user, reached + 1)).isTrue());
    eventually(() -> sessions.assertServing(user));
  }

  /** Of two users, whose grants were used once, only alice's is renewed, and that only once. */
  private void addOneThatIsDueSoon() {
    issuer.accessTokenLifespan(LONG_LIFE);
    sessions.add("bob");
    eventually(() -> sessions.assertServing("bob"));
    issuer.accessTokenLifespan(SHORT_LIFE);
    sessions.add("alice");
    eventually(() -> assertThat(issuer.refreshes()).isEqualTo(2));
    issuer.accessTokenLifespan(LONG_LIFE);
  }

  /** Until the issuer has taken the next call; it has not answered yet. */
  private void awaitCall() {
    int before = issuer.refreshes();
    await("a call")
        .atMost(SETTLED)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> issuer.refreshes() > before);
  }

  private void assertServesTheStoredAnswer() {
    eventually(() -> assertThat(sessions.haveReached("alice", 2)).isTrue());
    eventually(() -> sessions.assertServing("alice"));
    eventually(() -> sessions.assertServing("bob"));
    assertThat(issuer.refreshes()).isEqualTo(3);
    assertNothingIsLost();
  }

  private void assertNothingIsLost() {
    assertThat(issuer.presentedTwice()).as("refresh tokens that were used twice").isEmpty();
    assertThat(issuer.refused()).isZero();
    assertThat(sessions.faults()).isEmpty();
  }

  private void assertEnds(String user) {
    eventually(() -> assertThat(sessions.exist(user)).isFalse());
    eventually(
        () ->
            assertThat(sessions.evictions(user))
                .hasSize(2)
                .allSatisfy(
                    message ->
                        assertThat(message)
                            .startsWith("GrantRejected: ")
                            .contains("the user has to sign in anew")
                            .contains("Secret " + user + " needs the new refresh_token")));
  }

  private boolean isStored(String refreshToken) {
    return refreshToken.equals(sessions.storedRefreshToken("alice"));
  }

  /** What the issuer gave for it is not what is stored. */
  private boolean isUsedUp(String refreshToken) {
    return issuer.calls().stream()
        .filter(IssuerCall::accepted)
        .anyMatch(call -> call.refreshToken().equals(refreshToken));
  }

  private static void awaitTime(Instant time) {
    await().atMost(Duration.ofMinutes(1)).until(() -> Instant.now().isAfter(time));
  }

  private static void eventually(ThrowingRunnable assertion) {
    await().atMost(SETTLED).pollInterval(Duration.ofMillis(500)).untilAsserted(assertion);
  }
}

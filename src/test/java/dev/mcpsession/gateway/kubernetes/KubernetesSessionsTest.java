package dev.mcpsession.gateway.kubernetes;

import static dev.mcpsession.gateway.kubernetes.ModelCluster.RESOURCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.VirtualTime;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.api.Names;
import dev.mcpsession.config.GatewayConfig;
import dev.mcpsession.config.InvalidConfigException;
import dev.mcpsession.gateway.route.User;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Demand;
import dev.mcpsession.gateway.session.Demand.Cause;
import dev.mcpsession.gateway.session.Demand.NotServed;
import dev.mcpsession.gateway.session.Demand.Served;
import dev.mcpsession.gateway.session.GrantAdvice;
import dev.mcpsession.gateway.session.SessionName;
import dev.mcpsession.gateway.session.Sessions.Change;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KubernetesSessionsTest {
  private static final User ALICE = user("alice");
  private static final String NAME = SessionName.of(RESOURCE, ALICE.owner());
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(50);

  private final GrantAdvice advice =
      GrantAdvice.of(
          GatewayConfig.parse(
              """
              baseUrl: https://mcp.example
              signIn:
                issuer: https://mcp.example
                allowedEndpoints: ["https://git.example/"]
                identityProvider: {issuer: "https://sso.example/realms/staff", clientId: gateway}
              """));

  private final VirtualTime time = new VirtualTime();
  private final ModelCluster cluster = new ModelCluster();
  private boolean silent;
  private final KubernetesSessions sessions = replica(ApiCalls.on(Runnable::run), 20, 100);

  KubernetesSessionsTest() throws InvalidConfigException {}

  private KubernetesSessions replica(ApiCalls calls, int perSecond, int burst) {
    return new KubernetesSessions(
        cluster,
        cluster,
        calls,
        new KubernetesSessions.Settings(perSecond, burst, SessionName::of, () -> silent, advice),
        time,
        time);
  }

  private static User user(String subject) {
    return new User(new Owner("https://sso.example/realms/staff", subject), subject);
  }

  private CompletableFuture<Demand> demand(Duration patience) {
    return sessions.demand(RESOURCE, ALICE, patience).toCompletableFuture();
  }

  private void begin() {
    assertThat(result(demand(Duration.ZERO))).isNotNull();
  }

  private static Demand result(CompletionStage<Demand> stage) {
    return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  private static void assertCause(CompletionStage<Demand> demand, Cause cause) {
    assertThat(result(demand))
        .isInstanceOfSatisfying(NotServed.class, it -> assertThat(it.cause()).isEqualTo(cause));
  }

  private static int revision(CompletionStage<Demand> demand) {
    return ((Served) result(demand)).backend().revision();
  }

  private void serve(int revision) {
    cluster.status(NAME, Statuses.serving(revision));
  }

  /** A session of the user that is there already. */
  private void existing(String status) {
    result(sessions.demand(RESOURCE, ALICE, Duration.ZERO));
    cluster.status(NAME, status);
  }

  @Test
  void aSessionIsMadeForItsOwnerFromItsTemplateAndWaitedFor() {
    CompletableFuture<Demand> demand = demand(LONG);
    assertThat(demand).isNotDone();
    McpSession made = cluster.only();
    assertThat(made.getMetadata().getName()).isEqualTo(NAME);
    assertThat(made.getSpec().owner()).isEqualTo(ALICE.owner());
    assertThat(made.getSpec().user()).isEqualTo("alice");
    assertThat(made.getSpec().templateName()).isEqualTo("forgejo");
    assertThat(made.getMetadata().getOwnerReferences())
        .singleElement()
        .satisfies(it -> assertThat(it.getUid()).isEqualTo("template-uid"));
    assertThat(made.getMetadata().getAnnotations())
        .containsEntry(Names.LAST_ACTIVE, time.instant().toString());
    serve(1);
    assertThat(result(demand)).isEqualTo(new Served(sessions.serving(RESOURCE, ALICE).get()));
  }

  @Test
  void aHundredDemandsOnTwoReplicasMakeOneSession() throws Exception {
    KubernetesSessions one = replica(ApiCalls.onVirtualThreads(), 20, 100);
    KubernetesSessions two = replica(ApiCalls.onVirtualThreads(), 20, 100);
    List<CompletableFuture<Demand>> demands = new ArrayList<>();
    CyclicBarrier together = new CyclicBarrier(100);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 100; i++) {
        KubernetesSessions replica = i % 2 == 0 ? one : two;
        demands.add(
            CompletableFuture.supplyAsync(
                    () -> {
                      pass(together);
                      return replica.demand(RESOURCE, ALICE, LONG);
                    },
                    threads)
                .thenCompose(it -> it));
      }
      await().until(() -> cluster.sessions() == 1);
      serve(1);
      assertThat(demands).allSatisfy(it -> assertThat(revision(it)).isEqualTo(1));
    }
    assertThat(cluster.requests("create")).isBetween(1, 2);
  }

  private static void pass(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whoLosesPatienceIsToldWhatItWaitsForAndTheOthersGoOnWaiting() {
    CompletableFuture<Demand> patient = demand(LONG);
    cluster.status(NAME, Statuses.notReady("Starting", "revision 1 is starting: pulls its image"));
    NotServed told = (NotServed) result(demand(SHORT));
    assertThat(told.cause()).isEqualTo(Cause.STARTING);
    assertThat(told.message()).contains("pulls its image");
    assertThat(told.retryAfter()).isPresent();
    serve(1);
    assertThat(revision(patient)).isEqualTo(1);
    assertThat(cluster.requests("create")).isEqualTo(1);
  }

  @Test
  void withoutPatienceItIsOnlyBegun() {
    assertCause(demand(Duration.ZERO), Cause.STARTING);
    assertCause(demand(Duration.ZERO), Cause.STARTING);
    assertThat(cluster.requests("create")).isEqualTo(1);
  }

  @Test
  void whatAnotherReplicaMadeBeforeTheCacheShowsItIsUsed() {
    KubernetesSessions other = replica(ApiCalls.on(Runnable::run), 20, 100);
    cluster.lag();
    assertCause(other.demand(RESOURCE, ALICE, Duration.ZERO), Cause.STARTING);
    CompletableFuture<Demand> demand = demand(LONG);
    assertThat(cluster.requests("read")).isEqualTo(1);
    serve(1);
    cluster.catchUp();
    assertThat(revision(demand)).isEqualTo(1);
    assertThat(cluster.sessions()).isEqualTo(1);
  }

  @Test
  void whatServesAlreadyWhenTheCacheDoesNotShowItIsServed() {
    KubernetesSessions other = replica(ApiCalls.on(Runnable::run), 20, 100);
    cluster.lag();
    assertCause(other.demand(RESOURCE, ALICE, Duration.ZERO), Cause.STARTING);
    serve(1);
    assertThat(revision(demand(LONG))).isEqualTo(1);
  }

  @Test
  void theObjectOfSomebodyElseIsLeftAlone() {
    existing(Statuses.serving(1));
    cluster.delete(NAME);
    User bob = user("bob");
    McpSession foreign =
        NewSession.of(sessions.template(RESOURCE).get(), NAME, bob, time.instant());
    cluster.create(foreign);
    cluster.status(NAME, Statuses.serving(1));
    assertCause(demand(LONG), Cause.NOT_OWNED);
    assertThat(sessions.serving(RESOURCE, ALICE)).isEmpty();
    assertThat(cluster.only().getSpec().owner()).isEqualTo(bob.owner());
  }

  @Test
  void aPredecessorThatIsBeingDeletedIsWaitedFor() {
    existing(Statuses.serving(1));
    cluster.change(NAME, it -> it.getMetadata().setDeletionTimestamp("2026-11-21T10:00:00Z"));
    CompletableFuture<Demand> patient = demand(LONG);
    NotServed told = (NotServed) result(demand(SHORT));
    assertThat(told.cause()).isEqualTo(Cause.ENDING);
    assertThat(told.retryAfter()).isPresent();
    assertThat(cluster.requests("create")).isEqualTo(1);
    cluster.delete(NAME);
    assertThat(cluster.requests("create")).isEqualTo(2);
    serve(1);
    assertThat(revision(patient)).isEqualTo(1);
  }

  @Test
  void aSuspendedSessionIsResumedByOneReportHoweverManyDemandIt() {
    existing(Statuses.notReady("SuspendedIdle", "not used"));
    List<CompletableFuture<Demand>> demands =
        IntStream.range(0, 50).mapToObj(i -> demand(LONG)).toList();
    assertThat(cluster.requests("patch")).isEqualTo(1);
    cluster.status(NAME, Statuses.notReady("Starting", "is starting"));
    serve(2);
    assertThat(demands).allSatisfy(it -> assertThat(revision(it)).isEqualTo(2));
    cluster.status(
        NAME, Statuses.notReady("SuspendedIdle", "not used").replace("10:00:00", "11:00:00"));
    var unused = demand(LONG);
    assertThat(cluster.requests("patch")).isEqualTo(2);
  }

  @Test
  void aSuspensionThatGoesOnIsEndedAgainAfterAWhile() {
    existing(Statuses.notReady("SuspendedIdle", "not used"));
    begin();
    time.pass(Duration.ofSeconds(11));
    begin();
    assertThat(cluster.requests("patch")).isEqualTo(2);
  }

  @Test
  void aResumedSessionWasUsedAfterItsReleaseWhateverTheClocks() {
    existing(Statuses.notReady("SuspendedIdle", "released"));
    cluster.change(
        NAME,
        it ->
            it.getMetadata()
                .getAnnotations()
                .put(Names.RELEASED, time.instant().plusSeconds(5).toString()));
    begin();
    assertThat(cluster.only().getMetadata().getAnnotations())
        .containsEntry(Names.LAST_ACTIVE, time.instant().plusSeconds(5).plusMillis(1).toString());
  }

  @Test
  void whatAnAdministratorSuspendedStaysSo() {
    existing(Statuses.notReady("Suspended", "spec.suspend is true"));
    cluster.change(NAME, it -> it.setSpec(suspended(it)));
    NotServed told = (NotServed) result(demand(LONG));
    assertThat(told.cause()).isEqualTo(Cause.SUSPENDED);
    assertThat(told.message()).contains("spec.suspend");
    assertThat(told.retryAfter()).isEmpty();
    assertThat(cluster.requests("patch")).isZero();
  }

  private static McpSessionSpec suspended(McpSession session) {
    String json = Serialization.asJson(session.getSpec());
    return Serialization.unmarshal(
        json.replaceFirst("\\{", "{\"suspend\":true,"), McpSessionSpec.class);
  }

  @Test
  void aStartThatFailsIsToldInTheWordsOfTheConditionWithTheNextAttempt() {
    CompletableFuture<Demand> demand = demand(LONG);
    cluster.status(
        NAME,
        Statuses.notReady("StartFailed", "the image cannot be pulled")
            + "nextAttemptTime: \""
            + time.instant().plusSeconds(20)
            + "\"\n");
    assertThat(result(demand))
        .isEqualTo(
            new NotServed(
                Cause.FAILED, "the image cannot be pulled", Optional.of(Duration.ofSeconds(20))));
  }

  @Test
  void whoHasNotGivenAGrantYetIsToldWhere() {
    cluster.offer(
        """
        {podTemplate: {spec: {containers: []}}, token: {oauth2Refresh:
          {tokenEndpoint: "https://git.example/token", clientSecretName: client}}}
        """,
        """
        {identity: Issuer, authorizationEndpoint: "https://git.example/authorize"}
        """);
    CompletableFuture<Demand> demand = demand(LONG);
    String grant = cluster.only().getSpec().grantSecretName();
    String words = "no Secret " + grant + " with the label; create it, or label it";
    cluster.status(NAME, Statuses.noToken(words));
    assertThat(demand).as("the operator may have found it").isNotDone();

    cluster.status(
        NAME,
        Statuses.noToken(words) + "nextAttemptTime: \"" + time.instant().plusSeconds(20) + "\"\n");
    assertThat(result(demand))
        .isEqualTo(
            new NotServed(
                Cause.FAILED,
                "You have not given access at git.example: give it at https://mcp.example/account,"
                    + " and try again",
                Optional.of(Duration.ofSeconds(20))));
  }

  @Test
  void aRejectedGrantIsToldAndMakesNoOtherSession() {
    CompletableFuture<Demand> demand = demand(LONG);
    cluster.status(NAME, Statuses.notReady("GrantRejected", "invalid_grant"));
    assertCause(demand, Cause.GRANT_REJECTED);
    cluster.delete(NAME);
    assertThat(cluster.requests("create")).isEqualTo(1);
  }

  @Test
  void aNewSessionThatEndsWhileItStartsIsNotMadeAgainByTheSameRequest() {
    CompletableFuture<Demand> demand = demand(LONG);
    cluster.delete(NAME);
    assertCause(demand, Cause.FAILED);
    assertThat(cluster.requests("create")).isEqualTo(1);
  }

  @Test
  void anOldOneThatEndsWhileItIsWaitedForIsMadeAnew() {
    existing(Statuses.notReady("Starting", "is starting"));
    CompletableFuture<Demand> demand = demand(LONG);
    cluster.delete(NAME);
    assertThat(cluster.requests("create")).isEqualTo(2);
    serve(1);
    assertThat(revision(demand)).isEqualTo(1);
  }

  @Test
  void moreNewSessionsThanTheLimitWaitAndOldOnesDoNot() {
    KubernetesSessions limited = replica(ApiCalls.on(Runnable::run), 2, 3);
    for (int i = 0; i < 3; i++) {
      assertCause(limited.demand(RESOURCE, user("user-" + i), Duration.ZERO), Cause.STARTING);
    }
    NotServed told = (NotServed) result(limited.demand(RESOURCE, ALICE, LONG));
    assertThat(told.cause()).isEqualTo(Cause.LIMITED);
    assertThat(told.retryAfter()).contains(Duration.ofMillis(500));
    assertCause(limited.demand(RESOURCE, user("user-1"), Duration.ZERO), Cause.STARTING);
    time.pass(told.retryAfter().get());
    assertCause(limited.demand(RESOURCE, ALICE, Duration.ZERO), Cause.STARTING);
    assertThat(cluster.requests("create")).isEqualTo(4);
  }

  @Test
  void whoFindsHisSessionMadeTakesNoPlaceOfTheLimit() {
    KubernetesSessions limited = replica(ApiCalls.on(Runnable::run), 1, 1);
    cluster.lag();
    begin(); // by another replica
    assertCause(limited.demand(RESOURCE, ALICE, Duration.ZERO), Cause.STARTING);
    assertCause(limited.demand(RESOURCE, user("bob"), Duration.ZERO), Cause.STARTING);
  }

  @Test
  void whileTheApiServerIsSilentServingSessionsGoOnAndNewOnesAreToldAtOnce() {
    existing(Statuses.serving(1));
    int before = cluster.requests("create");
    silent = true;
    assertThat(revision(demand(LONG))).isEqualTo(1);
    NotServed told = (NotServed) result(sessions.demand(RESOURCE, user("bob"), LONG));
    assertThat(told.cause()).isEqualTo(Cause.API_AWAY);
    assertThat(told.retryAfter()).isPresent();
    assertThat(cluster.requests("create")).isEqualTo(before);
  }

  @Test
  void aRequestThatIsNotAnsweredIsNotWaitedForAsLongAsItMayTake() {
    KubernetesSessions hanging =
        replica(ApiCalls.on(task -> {}), 20, 100); // as if it never came to an end
    assertCause(hanging.demand(RESOURCE, ALICE, LONG), Cause.API_AWAY);
  }

  @Test
  void aRefusedConnectionMeansAway() {
    cluster.fail(
        new KubernetesClientException(
            "Operation: [create]", new ConnectException("Connection refused")));
    assertCause(demand(LONG), Cause.API_AWAY);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 422})
  void aRefusalIsToldInTheWordsOfTheApiServer(int code) {
    cluster.fail(ModelCluster.refusal(code, "exceeded quota: sessions"));
    NotServed told = (NotServed) result(demand(LONG));
    assertThat(told.cause()).isEqualTo(Cause.REFUSED);
    assertThat(told.message())
        .isEqualTo("The API server refused to create the session: exceeded quota: sessions");
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 500, 503})
  void aFaultOfTheApiServerMeansAway(int code) {
    cluster.fail(ModelCluster.refusal(code, "etcdserver: leader changed"));
    assertCause(demand(LONG), Cause.API_AWAY);
  }

  @Test
  void aSuspendedSessionThatCannotBeResumedIsToldAndTriedAgain() {
    existing(Statuses.notReady("SuspendedIdle", "not used"));
    cluster.fail(ModelCluster.refusal(503, "busy"));
    assertCause(demand(LONG), Cause.API_AWAY);
    cluster.fail(null);
    begin();
    assertThat(cluster.requests("patch")).isEqualTo(2);
  }

  @Test
  void aSuspendedSessionThatIsGoneWhenItIsResumedIsMadeAnew() {
    existing(Statuses.notReady("SuspendedIdle", "not used"));
    cluster.lag();
    cluster.delete(NAME);
    CompletableFuture<Demand> demand = demand(LONG);
    assertThat(cluster.requests("create")).isEqualTo(2);
    serve(1);
    cluster.catchUp();
    assertThat(revision(demand)).isEqualTo(1);
  }

  @Test
  void aTemplateThatGoesEndsTheWait() {
    CompletableFuture<Demand> demand = demand(LONG);
    cluster.withdrawOffer();
    assertCause(demand, Cause.NO_TEMPLATE);
    assertCause(demand(LONG), Cause.NO_TEMPLATE);
  }

  @Test
  void beforeTheCacheIsFilledNobodyIsToldThatThereIsNoTemplate() {
    cluster.withdrawOffer();
    cluster.unsynced();
    assertCause(demand(LONG), Cause.API_AWAY);
  }

  private Backend served() {
    existing(Statuses.serving(1));
    return sessions.serving(RESOURCE, ALICE).get();
  }

  private CompletionStage<Demand> demandAfter(Backend failed) {
    return sessions.demandAfter(failed, RESOURCE, ALICE, LONG);
  }

  @Test
  void afterABackendFailedItsSuccessorIsFoundThatTheCacheDoesNotShow() {
    Backend failed = served();
    cluster.lag();
    serve(2);
    assertThat(revision(demandAfter(failed))).isEqualTo(2);
    assertThat(sessions.serving(RESOURCE, ALICE).get().revision()).isEqualTo(2);
  }

  @Test
  void afterABackendFailedTheOperatorHasAMomentToNoticeIt() {
    Backend failed = served();
    CompletionStage<Demand> demand = demandAfter(failed);
    assertThat(demand.toCompletableFuture()).isNotDone();
    cluster.status(NAME, Statuses.notReady("BackendExited", "the Pod ended"));
    serve(2);
    assertThat(revision(demand)).isEqualTo(2);
  }

  @Test
  void aBackendThatGoesOnServingIsTriedAgain() {
    assertThat(revision(demandAfter(served()))).isEqualTo(1);
  }

  @Test
  void afterABackendFailedWhoseSessionIsGoneAnotherOneIsMade() {
    Backend failed = served();
    cluster.lag();
    cluster.delete(NAME);
    CompletionStage<Demand> demand = demandAfter(failed);
    assertThat(cluster.requests("create")).isEqualTo(2);
    serve(1);
    cluster.catchUp();
    Served served = (Served) result(demand);
    assertThat(served.backend().session()).isNotEqualTo(failed.session());
  }

  @Test
  void afterABackendFailedWhileTheApiServerIsAwayThatIsTold() {
    Backend failed = served();
    silent = true;
    assertCause(demandAfter(failed), Cause.API_AWAY);
  }

  @Test
  void changesAreToldOnceAndInTheirOrder() {
    List<Change> told = new ArrayList<>();
    var subscription = sessions.subscribe(RESOURCE, ALICE, told::add);
    begin();
    serve(1);
    cluster.change(NAME, it -> it.getMetadata().getAnnotations().put(Names.LAST_ACTIVE, "x"));
    Backend first = sessions.serving(RESOURCE, ALICE).get();
    serve(2);
    Backend second = sessions.serving(RESOURCE, ALICE).get();
    cluster.offer("{drainSeconds: 120, podTemplate: {spec: {nodeName: a, containers: []}}}");
    cluster.status(NAME, Statuses.notReady("SuspendedIdle", "not used"));
    cluster.change(NAME, it -> it.getMetadata().setDeletionTimestamp("2026-11-21T10:00:00Z"));
    cluster.delete(NAME);
    cluster.withdrawOffer();
    subscription.close();
    cluster.offer("{podTemplate: {spec: {containers: []}}}");
    assertThat(told)
        .containsExactly(
            new Change.NotServing(),
            new Change.Serving(first),
            new Change.Serving(second),
            new Change.TemplateChanged(),
            new Change.NotServing(),
            new Change.Ended(false),
            new Change.TemplateChanged());
  }

  @Test
  void aRejectedGrantEndsStreamsWithTheAdviceToSignIn() {
    existing(Statuses.serving(1));
    List<Change> told = new ArrayList<>();
    sessions.subscribe(RESOURCE, ALICE, told::add);
    cluster.status(NAME, Statuses.notReady("GrantRejected", "invalid_grant"));
    cluster.delete(NAME);
    assertThat(told).containsExactly(new Change.Ended(true));
  }

  @Test
  void nothingIsKeptOfWhatHasEnded() {
    for (Supplier<CompletionStage<Demand>> demand :
        List.<Supplier<CompletionStage<Demand>>>of(
            () -> demand(SHORT), () -> demand(Duration.ZERO), () -> demand(SHORT))) {
      result(demand.get());
    }
    await().untilAsserted(() -> assertThat(sessions.underWay()).isZero());
  }
}

package dev.mcpsession.gateway.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.Moments;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.api.Names;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.MergePatch;
import dev.mcpsession.gateway.activity.Activity.Presence;
import dev.mcpsession.gateway.activity.UseReporter;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.route.User;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Demand;
import dev.mcpsession.gateway.session.Demand.Cause;
import dev.mcpsession.gateway.session.Demand.NotServed;
import dev.mcpsession.gateway.session.Demand.Served;
import dev.mcpsession.gateway.session.GrantAdvice;
import dev.mcpsession.gateway.session.SessionName;
import dev.mcpsession.gateway.session.SessionUse;
import dev.mcpsession.gateway.session.SessionUses;
import dev.mcpsession.gateway.session.SessionUses.Written;
import dev.mcpsession.gateway.session.Sessions.Change;
import dev.mcpsession.reconcile.RunningController;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.TokenSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Two replicas and the operator's controller on a real API server, with Pods on simulated nodes.
 */
@ClusterTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UserSessionsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Of the template second. */
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private static final String FAKE =
      "podTemplate: {spec: {nodeSelector: {type: fake},"
          + " tolerations: [{key: kwok.x-k8s.io/node, operator: Exists}],"
          + " containers: [{name: backend, image: 'busybox:1.35'}]}}";

  private final KubernetesClient client;
  private final String namespace;
  private RunningController operator;
  private Replica one;
  private Replica two;

  UserSessionsIT(Cluster cluster) {
    client = cluster.client();
    namespace = cluster.namespace();
  }

  /** What one process of the gateway has of sessions. */
  private static final class Replica implements AutoCloseable {
    final GatewayCache cache;
    final KubernetesSessions sessions;
    final UseReporter reporter;
    final ConcurrentLinkedQueue<Instant> writes = new ConcurrentLinkedQueue<>();

    Replica(KubernetesClient client, String namespace) {
      cache = new GatewayCache(client, Set.of(namespace));
      sessions =
          new KubernetesSessions(
              cache,
              client,
              new KubernetesSessions.Settings(
                  1000, 1000, SessionName::of, () -> false, new GrantAdvice(Optional.empty())),
              InstantSource.system(),
              System::nanoTime);
      reporter =
          UseReporter.start(
              sessions.uses(), InstantSource.system(), () -> writes.add(Instant.now()));
      cache.start();
    }

    @Override
    public void close() {
      reporter.close();
      cache.close();
    }
  }

  @BeforeAll
  void start() {
    TokenSource rejecting =
        request -> {
          throw new TokenFailure(TokenFailure.Kind.REJECTED, "invalid_grant");
        };
    operator = new RunningController(client, namespace, api -> api, secrets -> spec -> rejecting);
    one = new Replica(client, namespace);
    two = new Replica(client, namespace);
    offer("plain", "", "");
    offer("short", "", "idleTimeoutSeconds: 2,");
    offer("second", "", "idleTimeoutSeconds: 1,");
    offer("release", "onDisconnect: Release, disconnectGraceSeconds: 8,", "");
    offer(
        "rejected",
        "",
        "token: {oauth2Refresh: {tokenEndpoint: 'https://git.example/token',"
            + " clientSecretName: client, grantSecretName: grant}},");
    await()
        .untilAsserted(
            () -> {
              for (Replica replica : List.of(one, two)) {
                assertThat(replica.cache.missing()).isEmpty();
                for (String name : List.of("plain", "short", "second", "release", "rejected")) {
                  assertThat(replica.sessions.template(resource(name))).isPresent();
                }
              }
            });
  }

  @AfterAll
  void stop() {
    one.close();
    two.close();
    operator.close();
  }

  private void offer(String name, String fields, String session) {
    client
        .resource(
            """
            apiVersion: mcpsession.dev/v1alpha1
            kind: McpSessionTemplate
            metadata: {name: %s, namespace: %s}
            spec: {%s session: {%s %s}}
            """
                .formatted(name, namespace, fields, session, FAKE))
        .create();
  }

  private McpResource resource(String template) {
    return new McpResource(namespace, template);
  }

  private static User user(String name) {
    return new User(new Owner("https://sso.example/realms/staff", name + "-id"), name);
  }

  private static Demand result(CompletionStage<Demand> demand) {
    return demand.toCompletableFuture().orTimeout(90, TimeUnit.SECONDS).join();
  }

  private static Backend backend(CompletionStage<Demand> demand) {
    Demand result = result(demand);
    assertThat(result).isInstanceOf(Served.class);
    return ((Served) result).backend();
  }

  private McpSession session(String template, User user) {
    return Objects.requireNonNull(
        client
            .resources(McpSession.class)
            .inNamespace(namespace)
            .withName(SessionName.of(resource(template), user.owner()))
            .get());
  }

  private List<Pod> pods(McpSession session) {
    return client
        .pods()
        .inNamespace(namespace)
        .withLabel(Names.SESSION_LABEL, session.getMetadata().getName())
        .list()
        .getItems();
  }

  @Test
  void aHundredInitializesOfOneUserOnTwoReplicasMakeOneSessionWithOnePod() {
    User alice = user("alice");
    List<CompletionStage<Demand>> demands =
        IntStream.range(0, 100)
            .mapToObj(i -> (i % 2 == 0 ? one : two).sessions)
            .map(replica -> replica.demand(resource("plain"), alice, PATIENCE))
            .toList();
    Backend first = backend(demands.getFirst());
    assertThat(demands).allSatisfy(it -> assertThat(backend(it)).isEqualTo(first));
    McpSession session = session("plain", alice);
    assertThat(session.getSpec().owner()).isEqualTo(alice.owner());
    assertThat(session.getSpec().user()).isEqualTo("alice");
    assertThat(pods(session)).hasSize(1);
    assertThat(first.revision()).isEqualTo(1);
  }

  @Test
  void twoHundredUsersAtOnceGetASessionEach() {
    long begun = System.nanoTime();
    List<User> users = IntStream.range(0, 200).mapToObj(i -> user("user-" + i)).toList();
    List<CompletableFuture<Demand>> demands = new ArrayList<>();
    for (User user : users) { // each by both replicas
      demands.add(one.sessions.demand(resource("plain"), user, PATIENCE).toCompletableFuture());
      demands.add(two.sessions.demand(resource("plain"), user, PATIENCE).toCompletableFuture());
    }
    Set<String> served =
        demands.stream().map(it -> backend(it).session().uid()).collect(Collectors.toSet());
    System.out.printf(
        "200 users at once on two replicas: all served after %d ms%n",
        Duration.ofNanos(System.nanoTime() - begun).toMillis());
    assertThat(served).hasSize(200);
  }

  @Test
  void aSessionThatIsSuspendedForWantOfUseIsResumedByADemand() {
    User bob = user("bob");
    Backend before = backend(one.sessions.demand(resource("short"), bob, PATIENCE));
    List<Change> told = new CopyOnWriteArrayList<>();
    two.sessions.subscribe(resource("short"), bob, told::add);
    await().until(() -> isSuspended("short", bob));
    await().until(() -> told.contains(new Change.NotServing()));
    Backend after = backend(two.sessions.demand(resource("short"), bob, PATIENCE));
    assertThat(after.session()).isEqualTo(before.session());
    assertThat(after.revision()).isGreaterThan(before.revision());
    assertThat(told).contains(new Change.Serving(after));
  }

  private boolean isSuspended(String template, User user) {
    return SessionState.isSuspendedIdle(session(template, user));
  }

  @Test
  void whatAnAdministratorSuspendedIsNotResumed() {
    User carol = user("carol");
    backend(one.sessions.demand(resource("plain"), carol, PATIENCE));
    MergePatch.apply(
        client.resource(session("plain", carol)).inNamespace(namespace), "{spec: {suspend: true}}");
    await()
        .untilAsserted(
            () -> {
              Demand told = result(two.sessions.demand(resource("plain"), carol, PATIENCE));
              assertThat(told)
                  .isInstanceOfSatisfying(
                      NotServed.class, it -> assertThat(it.cause()).isEqualTo(Cause.SUSPENDED));
            });
  }

  @Test
  void aRejectedGrantIsToldToTheOneWhoWaits() {
    Demand told = result(one.sessions.demand(resource("rejected"), user("dave"), PATIENCE));
    assertThat(told)
        .isInstanceOfSatisfying(
            NotServed.class, it -> assertThat(it.cause()).isEqualTo(Cause.GRANT_REJECTED));
  }

  @Test
  void aLateReportOfAConnectionDoesNotTakeBackThatOfAnotherReplica() {
    Backend backend = backend(one.sessions.demand(resource("release"), user("grace"), PATIENCE));
    SessionUses uses = one.sessions.uses();
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    SessionUse seen =
        connected(uses, uses.find(backend.session()).orElseThrow(), now.minusSeconds(3));
    connected(uses, seen, now);
    assertThat(uses.writeLastConnected(seen, now.minusSeconds(1)).toCompletableFuture().join())
        .isInstanceOfSatisfying(
            Written.Changed.class, it -> assertThat(it.now().lastConnectedAt(now)).isEqualTo(now));
  }

  private static SessionUse connected(SessionUses uses, SessionUse seen, Instant at) {
    return ((Written.Stored) uses.writeLastConnected(seen, at).toCompletableFuture().join()).now();
  }

  @Test
  void aUserWhoIsGoneIsReleasedByTheReplicaThatServedLast() {
    User erin = user("erin");
    Backend backend = backend(one.sessions.demand(resource("release"), erin, PATIENCE));
    await().until(() -> two.sessions.serving(resource("release"), erin).isPresent());
    Presence here = one.reporter.begun(backend, true);
    Presence there = two.reporter.begun(backend, true);
    here.close();
    await()
        .during(Duration.ofSeconds(10))
        .atMost(Duration.ofSeconds(20))
        .until(() -> !isSuspended("release", erin));
    there.close();
    await().atMost(Duration.ofSeconds(30)).until(() -> isSuspended("release", erin));
    backend(one.sessions.demand(resource("release"), erin, PATIENCE));
  }

  @Test
  void aSessionThatIsUsedInTimeIsNeverSuspendedAndIsSoItsTimeoutAfterTheLastUse() throws Exception {
    User frank = user("frank");
    Backend backend = backend(one.sessions.demand(resource("second"), frank, PATIENCE));
    ConcurrentLinkedQueue<Instant> uses = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<Boolean> lost = new ConcurrentLinkedQueue<>();
    one.writes.clear();
    try (ScheduledExecutorService client = Executors.newSingleThreadScheduledExecutor()) {
      var beat =
          client.scheduleAtFixedRate(
              () -> {
                uses.add(Instant.now());
                one.reporter
                    .used(backend)
                    .thenAccept(
                        goOn -> {
                          if (!goOn) {
                            lost.add(true);
                          }
                        });
              },
              0,
              700,
              TimeUnit.MILLISECONDS);
      await().atMost(Duration.ofSeconds(60)).until(() -> uses.size() > 43); // 30 s
      beat.cancel(false);
    }
    Instant last = List.copyOf(uses).getLast();
    assumeThat(longestPause(uses)).as("this machine stood still").isLessThan(TIMEOUT);
    assertThat(lost).isEmpty();
    assertThat(one.sessions.serving(resource("second"), frank)).contains(backend);
    assertThat(Moments.of(one.writes).busiest(TIMEOUT)).isLessThanOrEqualTo(5);
    await().until(() -> isSuspended("second", frank));
    McpSession session = session("second", frank);
    Instant reported = Instant.parse(session.getMetadata().getAnnotations().get(Names.LAST_ACTIVE));
    assertThat(Duration.between(reported, last))
        .isBetween(Duration.ofMillis(-500), Duration.ofMillis(1));
    assertThat(Serialization.asJson(session.getStatus()))
        .contains("over at " + reported.plus(TIMEOUT));
  }

  private static Duration longestPause(Iterable<Instant> uses) {
    Duration longest = Duration.ZERO;
    Instant before = null;
    for (Instant use : uses) {
      Duration pause = before == null ? Duration.ZERO : Duration.between(before, use);
      longest = pause.compareTo(longest) > 0 ? pause : longest;
      before = use;
    }
    return longest;
  }
}

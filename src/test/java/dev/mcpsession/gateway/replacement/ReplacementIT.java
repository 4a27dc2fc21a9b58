package dev.mcpsession.gateway.replacement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.api.Cause;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.Names;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.FakeNodes;
import dev.mcpsession.cluster.Kubectl;
import dev.mcpsession.cluster.MergePatch;
import dev.mcpsession.fixture.FixturePod;
import dev.mcpsession.fixture.NotedEffects;
import dev.mcpsession.load.Load;
import dev.mcpsession.load.LoadCall;
import dev.mcpsession.load.LoadReport;
import dev.mcpsession.load.LoadUser;
import dev.mcpsession.load.LoadUser.Era;
import dev.mcpsession.load.LoadUser.Identity;
import dev.mcpsession.replicas.Installation;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Users of both eras call a tool all the time while the operator replaces every backend: none of
 * them sees anything of it. Most have simulated Pods, four have real ones. {@code -Dload.users=50}
 * is more than the usual build tries.
 */
@ClusterTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplacementIT {
  private static final int USERS = Integer.getInteger("load.users", 20);
  private static final int USERS_OF_REAL_PODS = 4;
  private static final int USERS_OF_RECREATED_PODS = 2;
  private static final int CALLS_PER_SECOND = 5;
  private static final String MANY = "many";
  private static final String REAL = "real";
  private static final String ALONE = "alone";
  private static final String SOURCE = "source";
  private static final Duration SOON = Duration.ofMinutes(2);

  /** What is answered for a call that a backend may have begun, and did not answer. */
  private static final String BROKEN_OFF = "What it did of this request is not known";

  private final Cluster cluster;
  private final Kubectl kubectl;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<LoadUser> users = new ArrayList<>();
  private final List<LoadUser> usersOfOnePod = new ArrayList<>();
  private Path effects;
  private Installation all;
  private FakeNodes nodes;

  ReplacementIT(Cluster cluster) {
    this.cluster = cluster;
    this.kubectl = new Kubectl(cluster);
  }

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    effects = NotedEffects.folder(folder);
    nodes = new FakeNodes(cluster.client(), cluster.namespace(), 2);
    nodes.cordon(nodes.name(2), true);
    putToken("one");
    all =
        Installation.start(
            cluster, cluster.kubeconfig(), "", "{watchNodes: true, watchTokenSecrets: true}");
    String fields =
        "drainSeconds: 5, idleTimeoutSeconds: 0, token: {secret: {name: " + SOURCE + "}}";
    all.offer(MANY, fields, nodes.selector());
    all.offerSession(
        REAL,
        "{%s, podTemplate: {spec: %s}}"
            .formatted(fields, Serialization.asJson(FixturePod.noting(effects))));
    all.offerSession(
        ALONE,
        "{%s, replacement: Recreate, podTemplate: {spec: %s}}"
            .formatted(fields, Serialization.asJson(FixturePod.noting(effects))));
    for (int i = 0; i < USERS + USERS_OF_REAL_PODS; i++) {
      users.add(user(i, i < USERS ? MANY : REAL));
    }
    for (int i = 0; i < USERS_OF_RECREATED_PODS; i++) {
      usersOfOnePod.add(user(i, ALONE));
    }
    Load.begin(all.inService(), users);
    Load.begin(all.inService(), usersOfOnePod);
  }

  private LoadUser user(int i, String template) {
    String name = "user-" + i;
    return new LoadUser(
        new Identity(name, cluster.namespace(), template, all.token(name, template)),
        i % 2 == 0 ? Era.LEGACY : Era.MODERN,
        i % 4 < 2,
        threads);
  }

  @AfterAll
  void stop() throws Exception {
    Stream.of(users, usersOfOnePod).flatMap(List::stream).forEach(LoadUser::close);
    threads.shutdownNow();
    nodes.close();
    all.close();
  }

  @Test
  void aNewTokenIsNotSeen() throws Exception {
    assertNothingSeen(Cause.TOKEN, sessions(), () -> putToken("two"));
  }

  @Test
  void aNewTemplateIsNotSeen() throws Exception {
    assertNothingSeen(
        Cause.TEMPLATE,
        sessions(),
        () -> {
          for (String template : List.of(MANY, REAL)) {
            MergePatch.apply(
                cluster
                    .client()
                    .resources(McpSessionTemplate.class)
                    .inNamespace(cluster.namespace())
                    .withName(template),
                "{spec: {session: {podTemplate: {metadata: {annotations: {version: two}}}}}}");
          }
        });
  }

  @Test
  void aRestartIsNotSeen() throws Exception {
    assertNothingSeen(Cause.RESTART, sessions(), () -> restart(sessions()));
  }

  @Test
  void aNodeThatIsToBeEmptiedIsNotSeen() throws Exception {
    assertNothingSeen(
        Cause.NODE,
        all.sessions(MANY),
        () -> {
          nodes.cordon(nodes.name(2), false);
          nodes.cordon(nodes.name(1), true);
        });
  }

  @Test
  void ofADeletedPodOnlyWhatIsInFlightInItFails() throws Exception {
    List<McpSession> replaced = sessions();
    Instant deleted = Instant.now();
    LoadReport report =
        under(
            Cause.BACKEND,
            replaced,
            () -> {
              List<String> command =
                  new ArrayList<>(
                      List.of("delete", "pod", "--wait=false", "-n", cluster.namespace()));
              replaced.forEach(session -> command.add(status(session).podName()));
              Kubectl.Result result = kubectl.run(60, command.toArray(String[]::new));
              assertThat(result.code()).as(result.output()).isZero();
            });
    Map<String, Integer> counted = effects();
    assertThat(report.failed())
        .allSatisfy(call -> assertThat(call.error()).contains(BROKEN_OFF))
        .allSatisfy(call -> assertThat(call.ended()).isAfter(deleted));
    // All of a user's were under way at one moment, which was their Pod's last.
    report.failed().stream()
        .collect(Collectors.groupingBy(LoadCall::user))
        .values()
        .forEach(
            calls ->
                assertThat(calls.stream().map(LoadCall::begun).max(Instant::compareTo).get())
                    .isBefore(calls.stream().map(LoadCall::ended).min(Instant::compareTo).get()));
    assertThat(report.changedIds()).isZero();
    assertThat(report.lost(counted)).isEmpty();
    assertThat(report.repeated(counted)).isEmpty();
  }

  @Test
  void whereTheOldPodStopsFirstThereIsAWaitAndNoError() throws Exception {
    Map<String, Integer> before = revisions(all.sessions(ALONE));
    try (Load load = Load.start(all.inService(), usersOfOnePod, CALLS_PER_SECOND)) {
      awaitMoreCalls(load);
      restart(all.sessions(ALONE));
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(notReplaced(all.sessions(ALONE), before)).isEmpty());
      awaitMoreCalls(load);
      LoadReport report = load.stop();
      System.out.println("old Pod first: " + report);
      assertNothingSeen(report);
    }
  }

  private interface Change {
    void make() throws Exception;
  }

  private void assertNothingSeen(Cause cause, List<McpSession> replaced, Change change)
      throws Exception {
    assertNothingSeen(under(cause, replaced, change));
  }

  private void assertNothingSeen(LoadReport report) throws IOException {
    Map<String, Integer> counted = effects();
    assertThat(report.failed()).isEmpty();
    assertThat(report.changedIds()).isZero();
    assertThat(report.lost(counted)).isEmpty();
    assertThat(report.repeated(counted)).isEmpty();
  }

  /**
   * What came of a load while these sessions were replaced, from some calls before to some after.
   */
  private LoadReport under(Cause cause, List<McpSession> replaced, Change change) throws Exception {
    Map<String, Integer> before = revisions(replaced);
    try (Load load = Load.start(all.inService(), users, CALLS_PER_SECOND)) {
      awaitMoreCalls(load);
      Instant begun = Instant.now();
      change.make();
      await()
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(500))
          .untilAsserted(() -> assertThat(notReplaced(sessions(), before)).isEmpty());
      Duration took = Duration.between(begun, Instant.now());
      awaitMoreCalls(load);
      LoadReport report = load.stop();
      System.out.printf(
          "%s: %d backends replaced in %d ms; simulated: %s; real: %s%n",
          cause.label(),
          replaced.size(),
          took.toMillis(),
          report.of(user -> user.template().equals(MANY)),
          report.of(user -> user.template().equals(REAL)));
      report.failed().stream().limit(20).map(LoadCall::toString).forEach(System.out::println);
      assertThat(replacedBy(cause)).containsAll(before.keySet());
      return report;
    }
  }

  /**
   * What is said of those that are not replaced yet.
   *
   * @param before their revisions
   */
  private static List<String> notReplaced(List<McpSession> sessions, Map<String, Integer> before) {
    return sessions.stream()
        .filter(session -> before.containsKey(session.getMetadata().getName()))
        .filter(
            session ->
                status(session).revision() <= before.get(session.getMetadata().getName())
                    || !isUpToDate(session))
        .map(session -> session.getMetadata().getName() + " " + says(session))
        .toList();
  }

  private static Map<String, Integer> revisions(List<McpSession> sessions) {
    return sessions.stream()
        .collect(
            Collectors.toMap(
                session -> session.getMetadata().getName(), session -> status(session).revision()));
  }

  private static String says(McpSession session) {
    return Stream.of(ConditionType.Ready, ConditionType.UpToDate)
        .map(status(session)::condition)
        .map(it -> it == null ? "nothing" : it.reason() + ": " + it.message())
        .collect(Collectors.joining(", "));
  }

  /** Each user has time for five calls. */
  private void awaitMoreCalls(Load load) {
    int before = load.soFar().calls().size();
    await()
        .atMost(SOON)
        .until(() -> load.soFar().calls().size() >= before + CALLS_PER_SECOND * load.users());
  }

  private List<McpSession> sessions() {
    return Stream.of(MANY, REAL).flatMap(it -> all.sessions(it).stream()).toList();
  }

  private static McpSessionStatus status(McpSession session) {
    return Objects.requireNonNull(session.getStatus());
  }

  private static boolean isUpToDate(McpSession session) {
    return Stream.of(ConditionType.Ready, ConditionType.UpToDate)
        .map(status(session)::condition)
        .allMatch(condition -> condition != null && condition.isTrue());
  }

  /** Names of sessions that an Event says were replaced for it. */
  private List<String> replacedBy(Cause cause) {
    return cluster
        .client()
        .v1()
        .events()
        .inNamespace(cluster.namespace())
        .list()
        .getItems()
        .stream()
        .filter(event -> event.getReason().equals("Replaced"))
        .filter(event -> event.getMessage().startsWith(cause.label() + ": "))
        .map(event -> event.getInvolvedObject().getName())
        .toList();
  }

  private Map<String, Integer> effects() throws IOException {
    Map<String, Integer> counted = new HashMap<>(all.backends().effects());
    NotedEffects.in(effects).forEach((key, count) -> counted.merge(key, count, Integer::sum));
    return counted;
  }

  private void restart(List<McpSession> sessions) {
    for (McpSession session : sessions) {
      MergePatch.apply(
          cluster.sessions().withName(session.getMetadata().getName()),
          "{metadata: {annotations: {%s: \"%s\"}}}".formatted(Names.RESTARTED_AT, Instant.now()));
    }
  }

  private void putToken(String token) {
    cluster
        .client()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(SOURCE)
                .withNamespace(cluster.namespace())
                .addToLabels(Names.TOKEN_SOURCE_LABEL, "true")
                .endMetadata()
                .addToStringData("token", token)
                .build())
        .createOr(NonDeletingOperation::update);
  }
}

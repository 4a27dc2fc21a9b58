package dev.mcpsession.cli.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.cli.OperatorChild;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.MergePatch;
import dev.mcpsession.stored.StoredSession;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The CRD and the operator are upgraded over sessions that an earlier version stored, with all the
 * defaults of that time in them. Each of them serves on as it is, and nothing is written.
 */
@ClusterTest
class UpgradeIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Pattern RECONCILED =
      Pattern.compile("(?m)^operator_sdk_reconciliations_success_total\\S* (\\S+)$");
  private static final Pattern UNDER_WAY =
      Pattern.compile("(?m)^operator_sdk_reconciliations_(?:executions|queue_size)\\S* (\\S+)$");

  private final Cluster cluster;
  private @TempDir Path folder;

  UpgradeIT(Cluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void workWithTheEarlierVersion() throws Exception {
    EarlierVersion earlier = new EarlierVersion(cluster);
    earlier.install();
    for (String name : StoredSession.names()) {
      earlier.create(name);
    }
    cluster.restoreCrds();
    earlier.awaitDefaultsOf(
        cluster
            .client()
            .apiextensions()
            .v1()
            .customResourceDefinitions()
            .load(Path.of("crds/mcpsessions.mcpsession.dev-v1.yaml").toFile())
            .item());
  }

  @AfterEach
  void leaveTheCrdsOfThisVersion() {
    cluster.restoreCrds();
  }

  @Test
  void takesOverWithoutAWrite() throws Exception {
    Snapshot before = snapshot();
    Map<String, String> statuses = statuses();
    try (OperatorChild operator = start()) {
      await().atMost(PATIENCE).ignoreExceptions().until(() -> hasSeenAll(operator));
      Snapshot after = snapshot();
      assertThat(after.children()).isEqualTo(before.children());
      assertThat(after.sessions()).isEqualTo(before.sessions());

      // What is changed by now shows that each session was looked at, and that this is all.
      for (String name : StoredSession.names()) {
        MergePatch.apply(cluster.sessions().withName(name), "{spec: {drainSeconds: 7}}");
      }
      await().atMost(PATIENCE).until(this::haveAllBeenObserved);
      assertThat(snapshot().children()).isEqualTo(before.children());
      assertThat(statuses()).isEqualTo(statuses);
      assertThat(eventsOfSessions()).isEmpty();
    }
  }

  private OperatorChild start() throws IOException {
    // The source of a token counts as soon as it is seen.
    Path config = Files.writeString(folder.resolve("config.yaml"), "watchTokenSecrets: true");
    return OperatorChild.start(
        Map.of(),
        "--kubeconfig",
        cluster.kubeconfig().toString(),
        "--namespace",
        cluster.namespace(),
        "--config",
        config.toString());
  }

  /** Whether it works on sessions, and every one has had its turn. */
  private static boolean hasSeenAll(OperatorChild operator)
      throws IOException, InterruptedException {
    String metrics = operator.get("/metrics").body();
    double reconciled = sum(RECONCILED, metrics);
    return operator.get("/readyz").body().equals("ok: works on sessions\n")
        && reconciled >= StoredSession.names().size()
        && sum(UNDER_WAY, metrics) == 0;
  }

  private static double sum(Pattern samples, String metrics) {
    return samples
        .matcher(metrics)
        .results()
        .mapToDouble(sample -> Double.parseDouble(sample.group(1)))
        .sum();
  }

  private Snapshot snapshot() {
    return Snapshot.of(cluster.client(), cluster.namespace());
  }

  private boolean haveAllBeenObserved() {
    return cluster.sessions().list().getItems().stream()
        .allMatch(
            session ->
                session
                    .getMetadata()
                    .getGeneration()
                    .equals(session.getStatus().observedGeneration()));
  }

  /** Without the generation that they are based on. */
  private Map<String, String> statuses() {
    Map<String, String> statuses = new TreeMap<>();
    for (McpSession session : cluster.sessions().list().getItems()) {
      statuses.put(
          session.getMetadata().getName(),
          Serialization.asYaml(session.getStatus())
              .replaceAll("observedGeneration: \\d+", "observedGeneration: any"));
    }
    return statuses;
  }

  private List<String> eventsOfSessions() {
    return cluster
        .client()
        .v1()
        .events()
        .inNamespace(cluster.namespace())
        .list()
        .getItems()
        .stream()
        .filter(event -> event.getInvolvedObject().getKind().equals("McpSession"))
        .map(Event::getMessage)
        .toList();
  }
}

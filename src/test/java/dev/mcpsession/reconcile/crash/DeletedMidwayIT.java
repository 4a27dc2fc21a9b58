package dev.mcpsession.reconcile.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.Names;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.reconcile.DisturbedApi;
import dev.mcpsession.reconcile.Eventually;
import dev.mcpsession.reconcile.LiveSession;
import dev.mcpsession.reconcile.OperatorOf;
import dev.mcpsession.reconcile.RunningController;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Someone deletes a session right before one of the operator's requests. */
@ClusterTest
class DeletedMidwayIT {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final Cluster cluster;
  private final DisturbedApi api = new DisturbedApi();
  private final LiveSession session;
  private RunningController controller;

  DeletedMidwayIT(Cluster cluster) {
    this.cluster = cluster;
    this.session =
        new LiveSession(cluster.client(), cluster.namespace(), "midway" + NUMBER.incrementAndGet());
  }

  @BeforeEach
  void start() {
    controller = new OperatorOf(cluster).with(api);
  }

  @AfterEach
  void stop() {
    controller.close();
  }

  @ParameterizedTest(name = "before {0} #{1} of a start")
  @CsvSource({
    "createService, 1",
    "replaceStatus, 1",
    "createSecret, 1",
    "createPod, 1",
    "replaceStatus, 2",
    "createEvent, 1",
  })
  void nothingIsLeftOfASessionDeletedDuringItsStart(String method, int number)
      throws InterruptedException {
    api.before(new DisturbedApi.Call(method, number), this::delete);
    create();
    assertNothingIsLeft();
  }

  @ParameterizedTest(name = "before {0} #{1} of a replacement")
  @CsvSource({
    "replaceStatus, 1",
    "createSecret, 1",
    "createPod, 1",
    "deleteSecret, 1",
    "replaceStatus, 2",
    "readService, 1",
    "replaceService, 1",
    "deletePod, 1",
  })
  void nothingIsLeftOfASessionDeletedDuringAReplacement(String method, int number)
      throws InterruptedException {
    create();
    Eventually.assertThat(() -> assertThat(session.isServing()).isTrue());
    api.before(new DisturbedApi.Call(method, number), this::delete);
    session.source(Map.of("token", "second"));
    assertNothingIsLeft();
  }

  private void create() {
    session.source(Map.of("token", "first"));
    session.create(
        "{drainSeconds: 0, token: {secret: {name: %s-source}}}".formatted(session.name()),
        LiveSession.FAKE);
  }

  /** Deletes like kubectl: the session is gone before its children are. */
  private void delete() {
    session.resource().delete();
  }

  private void assertNothingIsLeft() throws InterruptedException {
    assertThat(api.hasStruckWithin(20)).as("the request came up among %s", api.calls()).isTrue();
    Eventually.assertThat(this::assertGone);
    api.listen();
    Eventually.staysSo(Duration.ofSeconds(1), this::assertGone);
    assertThat(api.calls().stream().map(DisturbedApi.Call::method))
        .doesNotContainAnyElementsOf(List.of("createPod", "createSecret", "createService"));
    assertThat(api.calls()).hasSizeLessThanOrEqualTo(6);
  }

  private void assertGone() {
    assertThat(session.get()).isNull();
    assertThat(session.service()).isNull();
    assertThat(LiveSession.names(session.ownPods())).isEmpty();
    assertThat(LiveSession.names(session.ownSecrets())).isEmpty();
    assertThat(
            cluster
                .client()
                .pods()
                .inNamespace(cluster.namespace())
                .withLabel(Names.SESSION_LABEL, session.name())
                .list()
                .getItems())
        .isEmpty();
  }
}

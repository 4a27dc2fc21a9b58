package dev.mcpsession.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Names;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The wall clock is stepped by an hour: it is trusted, and only what it makes due happens. */
@ClusterTest
class ClockStepIT {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final Duration HOUR = Duration.ofHours(1);

  private final Cluster cluster;
  private final DisturbedApi api = new DisturbedApi();
  private final SteppedClock clock = new SteppedClock();
  private final LiveSession session;
  private RunningController controller;

  ClockStepIT(Cluster cluster) {
    this.cluster = cluster;
    this.session =
        new LiveSession(cluster.client(), cluster.namespace(), "clock" + NUMBER.incrementAndGet());
  }

  @BeforeEach
  void start() {
    controller = new OperatorOf(cluster).with(api, clock);
  }

  @AfterEach
  void stop() {
    session.resource().delete();
    controller.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, -1})
  void aSessionThatHasNothingDueServesOn(int hours) {
    serve("{idleTimeoutSeconds: 0}");
    McpSessionStatus before = session.status();
    step(HOUR.multipliedBy(hours));
    Eventually.staysSo(Duration.ofSeconds(2), () -> assertThat(api.writes()).isEmpty());
    step(Duration.ZERO);
    Eventually.staysSo(Duration.ofSeconds(2), () -> assertThat(api.writes()).isEmpty());
    assertThat(session.status()).isEqualTo(before);
  }

  @Test
  void aStepForwardEvictsWhatItMakesOverdue() {
    serve("{idleTimeoutSeconds: 1800}");
    step(HOUR);
    Eventually.assertWithin(Duration.ofSeconds(3), () -> assertThat(session.get()).isNull());
    assertThat(api.writes()).hasSize(2);
  }

  @Test
  void aStepForwardLeavesASessionThatIsUsedByTheNewTime() {
    serve("{idleTimeoutSeconds: 1800}");
    session.annotate(Names.LAST_ACTIVE, text(Instant.now().plus(HOUR)));
    step(HOUR);
    Eventually.staysSo(Duration.ofSeconds(2), () -> assertThat(session.isServing()).isTrue());
  }

  @Test
  void aStepBackDelaysAnEvictionUntilTheClockIsRightAgain() {
    serve("{idleTimeoutSeconds: 4}");
    step(HOUR.negated());
    Eventually.staysSo(Duration.ofSeconds(6), () -> assertThat(session.isServing()).isTrue());
    assertThat(api.writes()).isEmpty();
    step(Duration.ZERO);
    Eventually.assertWithin(Duration.ofSeconds(3), () -> assertThat(session.get()).isNull());
  }

  @Test
  void aUseThatAStepBackPutsIntoTheFutureEvictsNobody() {
    serve("{idleTimeoutSeconds: 4}");
    step(HOUR.negated());
    session.annotate(Names.LAST_ACTIVE, text(Instant.now().plusSeconds(30)));
    Eventually.assertThat(
        () ->
            assertThat(session.says(ConditionType.ActivityValid))
                .isEqualTo("not ActivityValid InFuture"));
    Eventually.staysSo(Duration.ofSeconds(6), () -> assertThat(session.isServing()).isTrue());
    step(Duration.ZERO);
    Eventually.assertThat(
        () ->
            assertThat(session.says(ConditionType.ActivityValid))
                .isEqualTo("ActivityValid Annotated"));
    assertThat(session.isServing()).isTrue();
  }

  @Test
  void aStepForwardStopsABackendWhoseTokenExpiredAndANewTokenStartsItAgain() {
    session.source(Map.of("token", "first", "expiresAt", text(Instant.now().plusSeconds(1800))));
    serve(
        "{idleTimeoutSeconds: 0, token: {secret: {name: %s-source, expiresAtKey: expiresAt}}}"
            .formatted(session.name()));
    step(HOUR);
    Eventually.assertThat(
        () ->
            assertThat(session.says(ConditionType.TokenValid)).isEqualTo("not TokenValid Expired"));
    Eventually.assertThat(
        () -> {
          assertThat(LiveSession.names(session.ownPods())).isEmpty();
          assertThat(LiveSession.names(session.ownSecrets())).isEmpty();
        });
    session.source(Map.of("token", "second", "expiresAt", text(Instant.now().plusSeconds(7200))));
    Eventually.assertWithin(Duration.ofSeconds(3), () -> assertThat(session.isServing()).isTrue());
    assertThat(session.servedToken()).isEqualTo("second");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, -1})
  void aStartThatTheStepFallsIntoEndsInServing(int hours) {
    session.source(Map.of("token", "first"));
    api.before(new DisturbedApi.Call("createPod", 1), () -> clock.stepTo(HOUR.multipliedBy(hours)));
    session.create(
        "{idleTimeoutSeconds: 0, token: {secret: {name: %s-source}}}".formatted(session.name()),
        LiveSession.FAKE);
    Eventually.assertThat(() -> assertThat(session.isServing()).isTrue());
    assertThat(session.status().revision()).isLessThanOrEqualTo(2);
    assertThat(session.ownPods()).hasSize(1);
    assertThat(api.calls())
        .filteredOn(call -> Set.of("createPod", "createSecret").contains(call.method()))
        .hasSizeLessThanOrEqualTo(4);
  }

  private void serve(String fields) {
    session.create(fields, LiveSession.FAKE);
    Eventually.assertThat(() -> assertThat(session.isServing()).isTrue());
    Eventually.assertThat(() -> assertThat(session.events()).containsEntry("Ready", 1));
    api.listen();
  }

  private void step(Duration ahead) {
    clock.stepTo(ahead);
    controller.clockStepped();
  }

  private static String text(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}

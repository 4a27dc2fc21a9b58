package dev.mcpsession.reconcile.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.Names;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.reconcile.DisturbedApi;
import dev.mcpsession.reconcile.Eventually;
import dev.mcpsession.reconcile.LiveSession;
import dev.mcpsession.reconcile.OperatorOf;
import dev.mcpsession.reconcile.RunningController;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values that anyone may write into the annotation lastActive. */
@ClusterTest
class BadActivityIT {
  private final Cluster cluster;
  private final DisturbedApi api = new DisturbedApi();
  private final LiveSession session;
  private RunningController controller;

  BadActivityIT(Cluster cluster, TestInfo test) {
    this.cluster = cluster;
    this.session =
        new LiveSession(
            cluster.client(),
            cluster.namespace(),
            "s" + Integer.toHexString(test.getDisplayName().hashCode()));
  }

  @BeforeEach
  void start() {
    controller = new OperatorOf(cluster).with(api);
  }

  @AfterEach
  void stop() {
    session.resource().delete();
    controller.close();
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "yesterday, Unparseable",
    "'', Unparseable",
    "'   ', Unparseable",
    "2026-13-45T99:00:00Z, Unparseable",
    "2026-11-21T09:30:00, Unparseable",
    "beat 17, Unparseable",
    "+999999999-12-31T23:59:59Z, InFuture",
    "9999-12-31T23:59:59Z, InFuture",
  })
  void garbageIsReportedOnceAndTheSessionServesOn(String lastActive, String reason) {
    serve("{}");
    api.listen();
    session.annotate(Names.LAST_ACTIVE, lastActive);
    assertGarbage(reason);
    Eventually.staysSo(Duration.ofSeconds(1), () -> assertThat(api.writes()).hasSize(2));
    assertThat(session.isServing()).isTrue();
    assertThat(session.events()).containsEntry("InvalidActivity", 1);

    session.annotate(Names.LAST_ACTIVE, "-999999999-01-01T00:00:00+18:00");
    assertAnnotated();
    assertThat(session.isServing()).isTrue();
  }

  @Test
  void aHundredKilobytesAreNotRepeatedInTheMessage() {
    serve("{}");
    session.annotate(Names.LAST_ACTIVE, "x".repeat(100_000));
    assertGarbage("Unparseable");
    assertThat(session.message(ConditionType.ActivityValid)).hasSizeLessThan(300);
  }

  @ParameterizedTest(name = "lastActive {0}")
  @CsvSource({"never again", "2999-01-01T00:00:00Z"})
  void garbageMakesNoSessionImmortal(String lastActive) {
    session.create(
        "{%s: \"%s\"}".formatted(Names.LAST_ACTIVE, lastActive),
        "{idleTimeoutSeconds: 2, startupTimeoutSeconds: 1}",
        LiveSession.FAKE);
    assertGarbageWasSeen();
    Eventually.assertWithin(Duration.ofSeconds(10), () -> assertThat(session.get()).isNull());
    Eventually.assertThat(() -> assertThat(session.eventMessage("Evicted")).startsWith("Idle: "));
  }

  @Test
  void anInstantWithAnotherOffsetCountsAsTheInstantThatItIs() {
    serve("{idleTimeoutSeconds: 4}");
    Instant begun = session.status().activeSince();
    Instant touch = begun.plusSeconds(30);
    session.annotate(
        Names.LAST_ACTIVE,
        DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
            touch.atOffset(ZoneOffset.ofHoursMinutes(5, 30))));
    Eventually.staysSo(Duration.ofSeconds(6), () -> assertThat(session.isServing()).isTrue());
  }

  @ParameterizedTest(name = "lastActive becomes {0}")
  @CsvSource(
      value = {"none", "2026-01-01T00:00:00Z"},
      nullValues = "none")
  void aUseThatWasSeenCountsWhenTheAnnotationForgetsIt(String forgets) {
    serve("{idleTimeoutSeconds: 4}");
    session.annotate(Names.LAST_ACTIVE, session.status().activeSince().plusSeconds(30).toString());
    Eventually.staysSo(Duration.ofSeconds(5), () -> assertThat(session.isServing()).isTrue());
    Instant forgotten = Instant.now();
    session.annotate(Names.LAST_ACTIVE, forgets);
    Eventually.assertThat(
        () -> assertThat(session.status().activeSince()).isAfterOrEqualTo(forgotten));
    Eventually.assertWithin(Duration.ofSeconds(15), () -> assertThat(session.get()).isNull());
  }

  @Test
  void whoeverChangesGarbageKeepsTheSessionAliveWithFewWrites() {
    serve("{idleTimeoutSeconds: 5}");
    api.listen();
    AtomicInteger beats = new AtomicInteger();
    Eventually.staysSo(
        Duration.ofSeconds(8),
        () -> {
          session.annotate(Names.LAST_ACTIVE, "beat " + beats.incrementAndGet());
          assertThat(session.isServing()).isTrue();
        });
    // Every second at most, and the Event.
    assertThat(api.writes()).hasSizeLessThan(12);
    Eventually.assertWithin(Duration.ofSeconds(15), () -> assertThat(session.get()).isNull());
  }

  private void serve(String fields) {
    session.create(fields, LiveSession.FAKE);
    Eventually.assertThat(
        () -> {
          assertThat(session.says(ConditionType.Ready)).isEqualTo("Ready Serving");
          assertThat(session.events()).containsEntry("Ready", 1);
        });
  }

  private void assertGarbage(String reason) {
    Eventually.assertThat(
        () ->
            assertThat(session.says(ConditionType.ActivityValid))
                .isEqualTo("not ActivityValid " + reason));
  }

  private void assertGarbageWasSeen() {
    Eventually.assertThat(() -> assertThat(session.events()).containsEntry("InvalidActivity", 1));
  }

  private void assertAnnotated() {
    Eventually.assertThat(
        () ->
            assertThat(session.says(ConditionType.ActivityValid))
                .isEqualTo("ActivityValid Annotated"));
  }
}

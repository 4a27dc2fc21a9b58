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
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An invalid token Secret, before the session serves and while it does. */
@ClusterTest
class BadTokenSourceIT {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final Map<String, String> LABELLED = Map.of(Names.TOKEN_SOURCE_LABEL, "true");

  /** Much less than the shortest backoff. */
  private static final Duration AT_ONCE = Duration.ofSeconds(3);

  private final Cluster cluster;
  private final DisturbedApi api = new DisturbedApi();
  private final LiveSession session;
  private RunningController controller;

  BadTokenSourceIT(Cluster cluster) {
    this.cluster = cluster;
    this.session =
        new LiveSession(cluster.client(), cluster.namespace(), "token" + NUMBER.incrementAndGet());
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

  @ParameterizedTest(name = "{0}: {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          no Secret                | -    | -                                              | SourceMissing | no Secret
          a Secret without a label | none | {token: s3cr3t, expiresAt: 2999-01-01T00:00:00Z} | SourceMissing | no Secret
          another label            | other | {token: s3cr3t, expiresAt: 2999-01-01T00:00:00Z} | SourceMissing | no Secret
          no token                 | true | {expiresAt: 2999-01-01T00:00:00Z}              | SourceMissing | has no key token; add it
          an empty token           | true | {token: ' ', expiresAt: 2999-01-01T00:00:00Z}   | SourceMissing | key token of Secret
          no expiry                | true | {token: s3cr3t}                                | SourceMissing | has no key expiresAt; add it
          an unreadable expiry     | true | {token: s3cr3t, expiresAt: s3cr3t}             | RefreshFailed | neither an RFC 3339 instant
          an expiry in the past    | true | {token: s3cr3t, expiresAt: 2020-01-01T00:00:00Z} | Expired     | expired at 2020-01-01T00:00:00Z
          """)
  void aSessionStartsAtOnceWhenItsSourceIsMended(
      String what, String label, String values, String reason, String words) {
    if (!label.equals("-")) {
      session.source(labels(label), LiveSession.texts(values));
    }
    create();
    Eventually.assertThat(
        () ->
            assertThat(session.says(ConditionType.TokenValid))
                .isEqualTo("not TokenValid " + reason));
    assertThat(session.message(ConditionType.TokenValid)).contains(words).doesNotContain("s3cr3t");
    assertThat(session.says(ConditionType.Ready)).isEqualTo("not Ready TokenPending");
    assertThat(session.message(ConditionType.Ready)).contains(words).contains("next attempt at");
    Eventually.assertThat(
        () ->
            assertThat(session.eventMessage("TokenIssueFailed"))
                .contains(words)
                .doesNotContain("s3cr3t"));
    assertThat(session.ownPods()).isEmpty();
    assertThat(session.ownSecrets()).isEmpty();
    assertThat(api.calls()).hasSizeLessThanOrEqualTo(6);

    mend();
    Eventually.assertWithin(AT_ONCE, () -> assertThat(session.isServing()).isTrue());
    assertThat(session.says(ConditionType.TokenValid)).isEqualTo("TokenValid Issued");
    assertThat(session.servedToken()).isEqualTo("good");
  }

  @Test
  void aSourceThatStaysBadIsTriedEverMoreSeldom() {
    create();
    Set<Instant> attempts = new HashSet<>();
    Eventually.assertThat(
        () -> {
          Instant next = session.status().nextAttemptTime();
          if (next != null) {
            attempts.add(next);
          }
          assertThat(attempts).hasSize(3);
        });
    Instant next = session.status().nextAttemptTime();
    assertThat(Duration.between(Instant.now(), next)).isGreaterThan(Duration.ofSeconds(9));
    assertThat(api.calls()).hasSizeLessThanOrEqualTo(10);
    assertThat(session.events()).containsEntry("TokenIssueFailed", 1);
    assertThat(session.status().failures()).as("no attempt failed").isZero();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          the label is taken off | none | {token: good, expiresAt: 2998-01-01T00:00:00Z} | SourceMissing
          the token goes         | true | {expiresAt: 2998-01-01T00:00:00Z}              | SourceMissing
          an unreadable expiry   | true | {token: new, expiresAt: soon}                  | RefreshFailed
          """)
  void aSessionServesOnWhenItsSourceIsSpoilt(
      String what, String label, String values, String reason) {
    serve();
    api.listen();
    session.source(labels(label), LiveSession.texts(values));
    Eventually.assertThat(
        () ->
            assertThat(session.says(ConditionType.TokenValid))
                .isEqualTo("not TokenValid " + reason));
    Eventually.staysSo(Duration.ofSeconds(1), () -> assertThat(api.writes()).hasSize(1));
    assertThat(session.isServing()).isTrue();

    mend();
    Eventually.assertWithin(
        AT_ONCE,
        () -> assertThat(session.says(ConditionType.TokenValid)).isEqualTo("TokenValid Issued"));
    assertThat(session.status().revision()).isEqualTo(1);
  }

  @Test
  void aTokenThatHasExpiredReplacesNothing() {
    serve();
    api.listen();
    session.source(Map.of("token", "old", "expiresAt", "2020-01-01T00:00:00Z"));
    Eventually.staysSo(Duration.ofSeconds(2), () -> assertThat(api.writes()).isEmpty());
    assertThat(session.servedToken()).isEqualTo("good");
    session.source(Map.of("token", "new", "expiresAt", "2997-01-01T00:00:00Z"));
    Eventually.assertWithin(AT_ONCE, () -> assertThat(session.servedToken()).isEqualTo("new"));
  }

  private void serve() {
    mend();
    create();
    Eventually.assertThat(
        () -> {
          assertThat(session.says(ConditionType.Ready)).isEqualTo("Ready Serving");
          assertThat(session.events()).containsEntry("Ready", 1);
        });
  }

  private void create() {
    session.create(
        "{token: {secret: {name: %s-source, expiresAtKey: expiresAt}}}".formatted(session.name()),
        LiveSession.FAKE);
  }

  private void mend() {
    session.source(LABELLED, Map.of("token", "good", "expiresAt", "2998-01-01T00:00:00Z"));
  }

  private static Map<String, String> labels(String label) {
    return label.equals("none") ? Map.of() : Map.of(Names.TOKEN_SOURCE_LABEL, label);
  }
}

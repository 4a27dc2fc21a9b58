package dev.mcpsession.reconcile.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.reconcile.DisturbedApi;
import dev.mcpsession.reconcile.Eventually;
import dev.mcpsession.reconcile.LiveSession;
import dev.mcpsession.reconcile.OperatorOf;
import dev.mcpsession.reconcile.RunningController;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A slow token source, and what else may happen meanwhile. */
@ClusterTest
class SilentTokenSourceIT {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final Duration SOON = Duration.ofSeconds(5);

  private final Cluster cluster;
  private final DisturbedApi api = new DisturbedApi();
  private final SilentTokens tokens = new SilentTokens("silent");
  private final LiveSession session;
  private RunningController controller;

  SilentTokenSourceIT(Cluster cluster) {
    this.cluster = cluster;
    this.session = session("silent" + NUMBER.incrementAndGet());
  }

  @BeforeEach
  void start() {
    controller = new OperatorOf(cluster).with(api, tokens);
  }

  @AfterEach
  void stop() {
    session.resource().delete();
    controller.close();
  }

  @Test
  void silenceIsShownAfterTwoSecondsAndEndsInAFailureThatIsTriedAgain() {
    create(session);
    Eventually.assertWithin(
        SOON,
        () -> assertThat(session.says(ConditionType.Ready)).isEqualTo("not Ready TokenPending"));
    assertThat(session.message(ConditionType.Ready)).isEqualTo("waiting for the token source");
    assertThat(api.writes()).as("Service, Starting, TokenPending").hasSize(3);
    Eventually.assertThat(
        () ->
            assertThat(session.message(ConditionType.TokenValid))
                .contains("the issuer said nothing for 30 s"));
    Eventually.assertThat(() -> assertThat(session.events()).containsKey("TokenIssueFailed"));
    assertThat(api.writes()).hasSize(5);
    Eventually.assertThat(() -> assertThat(session.isServing()).isTrue());
    assertThat(tokens.asked()).hasSize(2);
  }

  @Test
  void aSessionThatWaitsForItsTokenCanBeDeleted() {
    create(session);
    Eventually.assertWithin(SOON, () -> assertThat(tokens.asked()).hasSize(1));
    session.resource().delete();
    Eventually.assertWithin(
        SOON,
        () -> {
          assertThat(session.get()).isNull();
          assertThat(session.service()).isNull();
        });
    api.listen();
    tokens.speak();
    Eventually.staysSo(Duration.ofSeconds(1), () -> assertThat(api.writes()).isEmpty());
    assertThat(session.ownSecrets()).isEmpty();
  }

  @Test
  void otherSessionsComeUpMeanwhile() {
    List<LiveSession> silent = new ArrayList<>();
    for (int i = 0; i < 15; i++) {
      LiveSession one = session(session.name() + "-" + i);
      create(one);
      silent.add(one);
    }
    Eventually.assertThat(() -> assertThat(tokens.asked()).hasSize(15));
    LiveSession other = session("talking");
    create(other);
    Eventually.assertWithin(SOON, () -> assertThat(other.isServing()).isTrue());
    other.resource().delete();
    tokens.speak();
    for (LiveSession one : silent) {
      Eventually.assertThat(() -> assertThat(one.isServing()).isTrue());
    }
    silent.forEach(one -> one.resource().delete());
  }

  @Test
  void aNamesakeMadeDuringTheCallGetsATokenOfItsOwn() {
    McpSession predecessor = create(session);
    Eventually.assertWithin(SOON, () -> assertThat(tokens.asked()).hasSize(1));
    session.resource().delete();
    McpSession successor = create(session);
    assertThat(successor.getMetadata().getUid()).isNotEqualTo(predecessor.getMetadata().getUid());
    Eventually.assertWithin(Duration.ofSeconds(15), () -> assertThat(session.isServing()).isTrue());
    assertThat(session.servedToken()).isEqualTo("token of " + successor.getMetadata().getUid());
    int revision = session.status().revision();

    api.listen();
    tokens.speak();
    Eventually.staysSo(Duration.ofSeconds(2), () -> assertThat(api.writes()).isEmpty());
    assertThat(session.status().revision()).isEqualTo(revision);
    assertThat(session.ownPods()).hasSize(1);
    assertThat(session.servedToken()).isEqualTo("token of " + successor.getMetadata().getUid());
  }

  private LiveSession session(String name) {
    return new LiveSession(cluster.client(), cluster.namespace(), name);
  }

  private static McpSession create(LiveSession session) {
    return session.create("{token: {serviceAccount: {name: default}}}", LiveSession.FAKE);
  }
}

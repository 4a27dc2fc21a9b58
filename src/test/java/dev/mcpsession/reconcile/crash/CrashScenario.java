package dev.mcpsession.reconcile.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.Names;
import dev.mcpsession.reconcile.Eventually;
import dev.mcpsession.reconcile.LiveSession;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A stretch of a session's life that may be disturbed, and the state it must end in regardless. */
enum CrashScenario {
  START("start", 1) {
    @Override
    void trigger(LiveSession session) {
      begin(session);
    }

    @Override
    void assertReached(LiveSession session) {
      assertServesOnly(session, FIRST);
    }
  },
  REPLACEMENT("replacement", 2) {
    @Override
    void trigger(LiveSession session) {
      session.source(Map.of("token", "second"));
    }

    @Override
    void assertReached(LiveSession session) {
      assertServesOnly(session, FIRST + 1);
      assertThat(session.servedToken()).isEqualTo("second");
    }
  },
  SUSPENSION("suspension", 1) {
    @Override
    void trigger(LiveSession session) {
      session.patch("{spec: {suspend: true}}");
    }

    @Override
    void assertReached(LiveSession session) {
      assertThat(session.says(ConditionType.Ready)).isEqualTo("not Ready Suspended");
      assertThat(session.status().revision()).isEqualTo(FIRST);
      assertThat(session.status().podName()).isNull();
      assertThat(session.service()).isNotNull();
      assertNoChildren(session);
    }
  },
  RESUME("resume", 2) {
    @Override
    void prepare(LiveSession session) {
      super.prepare(session);
      SUSPENSION.trigger(session);
      Eventually.assertThat(() -> SUSPENSION.assertReached(session));
    }

    @Override
    void trigger(LiveSession session) {
      session.patch("{spec: {suspend: false}}");
    }

    @Override
    void assertReached(LiveSession session) {
      assertServesOnly(session, FIRST + 1);
    }
  },
  EVICTION("eviction", 1) {
    @Override
    void prepare(LiveSession session) {
      super.prepare(session);
      Instant idle = session.status().activeSince().plusSeconds(1);
      Eventually.assertThat(() -> assertThat(Instant.now()).isAfter(idle));
    }

    @Override
    void trigger(LiveSession session) {
      session.patch("{spec: {idleTimeoutSeconds: 1}}");
    }

    @Override
    void assertReached(LiveSession session) {
      assertThat(session.get()).isNull();
      assertThat(session.service()).isNull();
      assertNoChildren(session);
    }
  },
  TOUCHED("eviction of a session that is touched before the delete", 1) {
    @Override
    void prepare(LiveSession session) {
      EVICTION.prepare(session);
    }

    @Override
    void trigger(LiveSession session) {
      EVICTION.trigger(session);
    }

    @Override
    void meanwhile(LiveSession session) {
      session.annotate(
          Names.LAST_ACTIVE,
          Instant.now().plusSeconds(50).truncatedTo(ChronoUnit.SECONDS).toString());
    }

    @Override
    void assertReached(LiveSession session) {
      McpSession current = Objects.requireNonNull(session.get());
      assertThat(current.getStatus().observedGeneration())
          .isEqualTo(current.getMetadata().getGeneration());
      assertServesOnly(session, FIRST);
    }
  };

  /** The number that a foreign Pod already has. */
  static final int FOREIGN = 4;

  static final int FIRST = FOREIGN + 1;

  private final String words;
  private final int pods;

  CrashScenario(String words, int pods) {
    this.words = words;
    this.pods = pods;
  }

  /** Brings the session to the start of the stretch, undisturbed. */
  void prepare(LiveSession session) {
    begin(session);
    Eventually.assertThat(() -> assertServesOnly(session, FIRST));
  }

  abstract void trigger(LiveSession session);

  /** What someone else does right before the disturbed request. */
  void meanwhile(LiveSession session) {}

  abstract void assertReached(LiveSession session);

  /** How many Pods, and as many Secrets, have been created by the end: never one more. */
  int pods() {
    return pods;
  }

  private static void begin(LiveSession session) {
    session.create(
        "{drainSeconds: 1, token: {secret: {name: %s-source}}}".formatted(session.name()),
        LiveSession.FAKE);
  }

  private static void assertServesOnly(LiveSession session, int revision) {
    assertThat(session.says(ConditionType.Ready)).isEqualTo("Ready Serving");
    assertThat(session.says(ConditionType.UpToDate)).isEqualTo("UpToDate Current");
    assertThat(session.status().revision()).isEqualTo(revision);
    String name = Names.child(session.name(), revision);
    assertThat(session.status().podName()).isEqualTo(name);
    assertThat(session.status().attempt()).isNull();
    assertThat(LiveSession.names(session.ownPods())).isEqualTo(List.of(name));
    assertThat(LiveSession.names(session.ownSecrets())).isEqualTo(List.of(name));
    assertThat(Objects.requireNonNull(session.service()).getSpec().getSelector())
        .containsEntry(Names.REVISION_LABEL, Integer.toString(revision));
  }

  private static void assertNoChildren(LiveSession session) {
    assertThat(LiveSession.names(session.ownPods())).isEmpty();
    assertThat(LiveSession.names(session.ownSecrets())).isEmpty();
  }

  @Override
  public String toString() {
    return words;
  }
}

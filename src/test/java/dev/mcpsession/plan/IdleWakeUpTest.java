package dev.mcpsession.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.plan.observed.ApiRejection;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedChildren;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.plan.observed.ObservedService;
import dev.mcpsession.plan.observed.ObservedSession;
import dev.mcpsession.plan.observed.ObservedTemplate;
import dev.mcpsession.plan.observed.Remembered;
import dev.mcpsession.plan.observed.RevocationCall;
import dev.mcpsession.plan.observed.SharedState;
import dev.mcpsession.plan.observed.SlotState;
import dev.mcpsession.plan.observed.TokenCall;
import dev.mcpsession.plan.observed.WriterSigns;
import dev.mcpsession.resources.Inputs;
import dev.mcpsession.token.SourceState;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Only the timer ends an idle session, so each plan has to set it. */
class IdleWakeUpTest {
  private static final Instant BEGUN = Instant.parse("2026-11-21T09:00:00Z");

  private final McpSessionSpec spec =
      Serialization.unmarshal(
              """
              apiVersion: mcpsession.dev/v1alpha1
              kind: McpSession
              metadata: {name: alice}
              spec:
                user: alice
                idleTimeoutSeconds: 15
                startupTimeoutSeconds: 120
                podTemplate: {spec: {containers: [{name: backend, image: a:1}]}}
              """,
              McpSession.class)
          .getSpec();

  @Test
  void aPromotionWakesAtTheDeadlineThatItSetsAndNotWhenTheStartHadToBeDone() {
    Plan start = SessionPlanner.plan(observation(null, List.of(), null), BEGUN);
    assertThat(start.wakeAt()).isEqualTo(BEGUN.plusSeconds(120));

    Instant promoted = BEGUN.plusSeconds(2);
    Plan promotion =
        SessionPlanner.plan(
            observation(
                start.status(),
                List.of(readyPod()),
                new ObservedService("service-uid", "1", false, 1, true, true, 8080, null)),
            promoted);
    assertThat(promotion.status().activeSince()).isEqualTo(promoted);
    assertThat(promotion.wakeAt()).isEqualTo(promoted.plusSeconds(15));
  }

  private ObservedPod readyPod() {
    String template = Inputs.of(spec, null, null).template();
    return new ObservedPod(
        "alice-1",
        "uid",
        1,
        true,
        true,
        true,
        false,
        false,
        true,
        BEGUN,
        BEGUN,
        null,
        "10.0.0.7",
        8080,
        template,
        null,
        null,
        false,
        null,
        "",
        "",
        null,
        null,
        null,
        null,
        null);
  }

  private Observation observation(
      McpSessionStatus status, List<ObservedPod> pods, ObservedService service) {
    return new Observation(
        new ObservedSession(
            new SessionKey("team", "alice", "uid"),
            "1",
            1,
            BEGUN,
            null,
            false,
            spec,
            new ObservedTemplate.NotUsed(),
            status,
            null,
            null,
            null),
        new ObservedChildren(pods, service),
        new SourceState.Unwatched(),
        new Remembered(
            new TokenCall.None(),
            null,
            0,
            new RevocationCall.None(),
            new ApiRejection.None(),
            new ApiRejection.None(),
            List.of(),
            List.of(),
            List.of(),
            WriterSigns.NONE,
            null),
        new SharedState(SlotState.FREE, true));
  }
}

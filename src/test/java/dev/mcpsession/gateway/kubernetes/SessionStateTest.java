package dev.mcpsession.gateway.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.gateway.route.McpResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionStateTest {
  private static final McpResource RESOURCE = new McpResource("team", "forgejo");
  private static final Owner ALICE = new Owner("https://sso.example", "alice");
  private static final String NEXT = "2026-11-21T10:00:20Z";
  private static final McpSessionTemplate TEMPLATE =
      Serialization.unmarshal(
          """
          apiVersion: mcpsession.dev/v1alpha1
          kind: McpSessionTemplate
          metadata: {name: forgejo, namespace: team}
          spec: {session: {idleTimeoutSeconds: 60, podTemplate: {spec: {}}}}
          """,
          McpSessionTemplate.class);

  private static McpSession session(String metadata, String spec, String status) {
    return Serialization.unmarshal(
        """
        apiVersion: mcpsession.dev/v1alpha1
        kind: McpSession
        metadata: {name: s, namespace: team, uid: u, resourceVersion: "7"%s}
        spec: {user: alice, owner: {issuer: "https://sso.example", subject: alice},
          templateRef: {name: forgejo}%s}
        status: %s
        """
            .formatted(metadata, spec, status.replace("\n", "\n  ")),
        McpSession.class);
  }

  private static SessionState state(McpSession session) {
    return SessionState.of(session, TEMPLATE, RESOURCE, ALICE);
  }

  private static String ready(String status, String reason, String more) {
    return """
    {%s conditions: [{type: Ready, status: "%s", reason: %s, message: words,
      lastTransitionTime: "2026-11-21T09:00:00Z"}]}\
    """
        .formatted(more, status, reason);
  }

  private static final String SERVES =
      "revision: 3, endpoint: 'http://10.88.0.3:8080/mcp',"
          + " servingSince: '2026-11-21T10:00:00Z',";

  @Test
  void whatServesIsABackendWithTheTimesOfTheEffectiveSpec() {
    SessionState.Serving serving =
        (SessionState.Serving) state(session("", "", ready("True", "Serving", SERVES)));
    assertThat(serving.backend().revision()).isEqualTo(3);
    assertThat(serving.backend().endpoint()).hasToString("http://10.88.0.3:8080/mcp");
    assertThat(serving.backend().servingSince()).isEqualTo("2026-11-21T10:00:00Z");
    assertThat(serving.backend().drain()).isEqualTo(Duration.ofMinutes(2));
    assertThat(serving.backend().idleTimeout()).isEqualTo(Duration.ofMinutes(1));
    assertThat(serving.backend().session().uid()).isEqualTo("u");
  }

  @Test
  void withoutItsTemplateWhatServesGoesOnAndIsNeverIdle() {
    SessionState.Serving serving =
        (SessionState.Serving)
            SessionState.of(
                session("", "", ready("True", "Serving", SERVES)), null, RESOURCE, ALICE);
    assertThat(serving.backend().idleTimeout()).isZero();
  }

  /** Columns: the condition Ready, whether a Pod serves, whether an attempt waits, the state. */
  @ParameterizedTest
  @CsvSource({
    "True,  Serving,         true,  false, Serving",
    "False, NameConflict,    true,  false, Serving",
    "False, BackendNotReady, true,  false, Starting",
    "False, BackendExited,   true,  false, Starting",
    "False, BackendExited,   false, false, Starting",
    "False, BackendExited,   false, true,  Failed",
    "False, Starting,        false, false, Starting",
    "False, Recreating,      false, false, Starting",
    "False, TokenPending,    false, false, Starting",
    "False, TokenPending,    false, true,  Failed",
    "False, StartFailed,     false, true,  Failed",
    "False, StartFailed,     false, false, Failed",
    "False, NameConflict,    false, false, Failed",
    "False, InvalidSpec,     false, false, Failed",
    "False, TemplateMissing, false, false, Failed",
    "False, SuspendedIdle,   false, false, SuspendedIdle",
    "False, Suspended,       false, false, Starting",
    "False, GrantRejected,   true,  false, GrantRejected",
    "Unknown, Starting,      true,  false, Starting"
  })
  void theConditionReadyTellsTheState(
      String status, String reason, boolean serves, boolean waits, String state) {
    String more = (serves ? SERVES : "") + (waits ? " nextAttemptTime: '" + NEXT + "'," : "");
    assertThat(state(session("", "", ready(status, reason, more))).getClass().getSimpleName())
        .isEqualTo(state);
  }

  @Test
  void aFailureHasTheWordsOfTheConditionAndItsNextAttempt() {
    assertThat(
            state(
                session("", "", ready("False", "StartFailed", "nextAttemptTime: '" + NEXT + "',"))))
        .isEqualTo(new SessionState.Failed("words", Instant.parse(NEXT)));
  }

  @Test
  void aTokenThatIsInvalidForARejectedGrantTellsItTooWhateverServes() {
    String status =
        """
        {%s conditions: [{type: Ready, status: "True", reason: Serving, message: serves},
          {type: TokenValid, status: "False", reason: GrantRejected, message: invalid_grant}]}\
        """
            .formatted(SERVES);
    assertThat(state(session("", "", status)))
        .isEqualTo(new SessionState.GrantRejected("invalid_grant"));
  }

  @Test
  void aSuspensionIsToldFromTheNextOneByItsBeginning() {
    assertThat(state(session("", "", ready("False", "SuspendedIdle", ""))))
        .isEqualTo(new SessionState.SuspendedIdle("2026-11-21T09:00:00Z"));
  }

  @Test
  void specSuspendCountsFromTheMomentItIsSet() {
    assertThat(state(session("", ", suspend: true", ready("True", "Serving", SERVES))))
        .isEqualTo(new SessionState.SuspendedBySpec());
  }

  @Test
  void aSessionWithoutAStatusStarts() {
    assertThat(state(session("", "", "null"))).isEqualTo(new SessionState.Starting(""));
    assertThat(state(session("", "", "{}"))).isEqualTo(new SessionState.Starting(""));
  }

  @Test
  void whatIsBeingDeletedEndsWhoeverOwnsIt() {
    String deleted = ", deletionTimestamp: '2026-11-21T10:00:00Z'";
    McpSession session = session(deleted, "", ready("True", "Serving", SERVES));
    assertThat(state(session)).isEqualTo(new SessionState.Ending());
    assertThat(SessionState.of(session, TEMPLATE, RESOURCE, new Owner("https://sso", "bob")))
        .isEqualTo(new SessionState.Ending());
  }

  @Test
  void theSessionOfAnotherOwnerOrTemplateIsNotOwned() {
    McpSession session = session("", "", ready("True", "Serving", SERVES));
    assertThat(SessionState.of(session, TEMPLATE, RESOURCE, new Owner("https://other", "alice")))
        .isEqualTo(new SessionState.NotOwned());
    assertThat(SessionState.of(session, TEMPLATE, new McpResource("team", "other"), ALICE))
        .isEqualTo(new SessionState.NotOwned());
    session.setSpec(
        Serialization.unmarshal("user: alice\ntemplateRef: {name: forgejo}", McpSessionSpec.class));
    assertThat(state(session)).isEqualTo(new SessionState.NotOwned());
  }

  @Test
  void noObjectIsAbsent() {
    assertThat(SessionState.of(null, TEMPLATE, RESOURCE, ALICE))
        .isEqualTo(new SessionState.Absent());
  }
}

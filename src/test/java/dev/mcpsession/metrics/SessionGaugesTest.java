package dev.mcpsession.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mcpsession.api.Condition;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.McpSessionTemplateStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionGaugesTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final SessionGauges gauges = new SessionGauges(registry);
  private final List<McpSession> sessions = new ArrayList<>();
  private Function<McpSession, McpSessionSpec> effective = McpSession::getSpec;
  private boolean leads = true;

  private String scrape() {
    gauges.refresh();
    return registry.scrape();
  }

  private void observe(McpSession... observed) {
    sessions.addAll(List.of(observed));
    gauges.observe(() -> leads, () -> sessions, effective, () -> NOW);
  }

  @Test
  void sessionsAreCountedByNamespaceAndReasonAtEachScrape() {
    observe(
        session("a", renewedAt(NOW.plusSeconds(3300), NOW.plusSeconds(3600)), serving()),
        session("a", renewedAt(NOW.plusSeconds(60), NOW.plusSeconds(90)), serving()),
        session("b", noToken(), ready("SuspendedIdle", NOW)),
        new SessionOf("b").withoutStatus());
    assertThat(scrape())
        .contains("mcpsession_sessions{namespace=\"a\",reason=\"Serving\"} 2.0")
        .contains("mcpsession_sessions{namespace=\"b\",reason=\"SuspendedIdle\"} 1.0")
        .contains("mcpsession_sessions{namespace=\"b\",reason=\"Unknown\"} 1.0")
        .contains("mcpsession_token_expiry_min_seconds 90.0");

    sessions.subList(1, 4).clear();
    assertThat(scrape())
        .contains("mcpsession_sessions{namespace=\"a\",reason=\"Serving\"} 1.0")
        .contains("mcpsession_token_expiry_min_seconds 3600.0")
        .doesNotContain("namespace=\"b\"");
  }

  @Test
  void placesOfReplacementsAreCountedByStateOnTheLeader() {
    observe();
    gauges.observePlaces(() -> Map.of("held", 10, "unscheduled", 2, "waiting", 31));
    assertThat(scrape())
        .contains("mcpsession_replacement_places{state=\"held\"} 10.0")
        .contains("mcpsession_replacement_places{state=\"unscheduled\"} 2.0")
        .contains("mcpsession_replacement_places{state=\"waiting\"} 31.0");
    leads = false;
    assertThat(scrape()).doesNotContain("mcpsession_replacement_places{");
  }

  @Test
  void theSessionsOfATemplateAreShownAsItsStatusCountsThemOnTheLeader() {
    observe();
    gauges.observeTemplates(
        () ->
            List.of(
                template("forgejo", new McpSessionTemplateStatus(2L, 12, 9, List.of())),
                template("empty", new McpSessionTemplateStatus(1L, 0, 0, List.of())),
                template("uncounted", null)));
    assertThat(scrape())
        .contains("mcpsession_template_sessions{namespace=\"a\",template=\"forgejo\"} 12.0")
        .contains(
            "mcpsession_template_sessions_up_to_date{namespace=\"a\",template=\"forgejo\"} 9.0")
        .contains("mcpsession_template_sessions{namespace=\"a\",template=\"empty\"} 0.0")
        .doesNotContain("uncounted");
    leads = false;
    assertThat(scrape()).doesNotContain("mcpsession_template_sessions");
  }

  @Test
  void conditionsAreCountedAndThoseOfOthersAreNot() {
    observe(
        session(
            "a",
            noToken(),
            serving(),
            new Condition("UpToDate", "False", 1L, NOW, "ReplaceFailed", ""),
            new Condition("example.com/Checked", "True", 1L, NOW, "alice-was-here", "")),
        session("b", noToken(), serving()));
    assertThat(scrape())
        .contains("mcpsession_conditions{reason=\"Serving\",type=\"Ready\"} 2.0")
        .contains("mcpsession_conditions{reason=\"ReplaceFailed\",type=\"UpToDate\"} 1.0")
        .doesNotContain("Checked", "alice-was-here");
  }

  @Test
  void aStandbyHasNoGaugesButThatItDoesNotLead() {
    assertThat(scrape()).contains("mcpsession_leader 0.0").doesNotContain("mcpsession_sessions");
    observe(session("a", renewedAt(NOW, NOW.plusSeconds(60)), serving()));
    assertThat(scrape())
        .contains("mcpsession_leader 1.0")
        .contains("mcpsession_sessions{")
        .contains("mcpsession_not_ready_max_seconds 0.0");
    leads = false;
    assertThat(scrape().lines().filter(line -> line.startsWith("mcpsession_")))
        .containsExactly("mcpsession_leader 0.0");
  }

  @Test
  void aLeaderWithoutSessionsSaysThatNoneIsInTrouble() {
    observe();
    assertThat(scrape())
        .contains("mcpsession_not_ready_max_seconds 0.0")
        .contains("mcpsession_sessions_stuck 0.0")
        .contains("mcpsession_renewal_overdue_max_seconds 0.0")
        .contains("mcpsession_tokens_at_risk 0.0")
        .doesNotContain("\nmcpsession_token_expiry_min_seconds");
  }

  @Test
  void oneScrapeWalksOverTheSessionsOnce() {
    AtomicInteger asked = new AtomicInteger();
    gauges.observe(
        () -> true,
        () -> {
          asked.incrementAndGet();
          return sessions;
        },
        effective,
        () -> NOW);
    scrape();
    assertThat(asked).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Starting",
        "Recreating",
        "TokenPending",
        "StartFailed",
        "BackendExited",
        "BackendNotReady"
      })
  void theLongestWaitForABackendCounts(String reason) {
    observe(
        session("a", noToken(), ready(reason, NOW.minusSeconds(30))),
        session("a", noToken(), ready(reason, NOW.minusSeconds(200))),
        session("a", noToken(), serving()));
    assertThat(scrape())
        .contains("mcpsession_not_ready_max_seconds 200.0")
        .contains("mcpsession_sessions_stuck 0.0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Suspended", "SuspendedIdle", "NameConflict", "InvalidSpec"})
  void whatIsNotToServeOrCannotByItsOwnSpecDoesNotWait(String reason) {
    observe(session("a", noToken(), ready(reason, NOW.minusSeconds(86_400))));
    assertThat(scrape())
        .contains("mcpsession_not_ready_max_seconds 0.0")
        .contains("mcpsession_sessions_stuck 0.0");
  }

  @Test
  void aResumedSessionWaitsSinceItWasResumedNotSinceItWasSuspended() {
    McpSession resumed =
        new SessionOf("a")
            .activeSince(NOW.minusSeconds(20))
            .with(ready("Starting", NOW.minusSeconds(86_400)));
    observe(resumed);
    assertThat(scrape())
        .contains("mcpsession_not_ready_max_seconds 20.0")
        .contains("mcpsession_sessions_stuck 0.0");
  }

  @ParameterizedTest
  @CsvSource({"120, 240, 0", "120, 241, 1", "3600, 241, 0", "10, 21, 1"})
  void aSessionIsStuckAfterTwiceItsOwnStartupTimeout(int timeout, int waited, int stuck) {
    observe(
        new SessionOf("a")
            .startupTimeout(timeout)
            .with(ready("StartFailed", NOW.minusSeconds(waited))));
    assertThat(scrape()).contains("mcpsession_sessions_stuck %d.0".formatted(stuck));
  }

  @Test
  void theStartupTimeoutMayBeTheTemplates() {
    McpSessionSpec slow = new SessionOf("a").startupTimeout(3600).with(serving()).getSpec();
    effective = session -> slow;
    observe(new SessionOf("a").with(ready("StartFailed", NOW.minusSeconds(250))));
    assertThat(scrape()).contains("mcpsession_sessions_stuck 0.0");
  }

  @ParameterizedTest
  @CsvSource({
    "-60, 240, 60.0, 0", // an hour's token with the default lead, one minute late
    "-151, 149, 151.0, 1", // the same, and less than half of the lead is left
    "-9, 11, 9.0, 0", // a token of a minute
    "-11, 9, 11.0, 1",
    "-400, -100, 400.0, 1", // expired, and not stopped yet
    "30, 330, 0.0, 0" // not due
  })
  void aTokenIsAtRiskWhenHalfOfItsOwnLeadIsOver(
      int renewal, int expiry, String overdue, int atRisk) {
    observe(
        session("a", renewedAt(NOW.plusSeconds(renewal), NOW.plusSeconds(expiry)), serving()),
        session("a", renewedAt(NOW.plusSeconds(3000), NOW.plusSeconds(3300)), serving()));
    assertThat(scrape())
        .contains("mcpsession_renewal_overdue_max_seconds " + overdue)
        .contains("mcpsession_tokens_at_risk %d.0".formatted(atRisk));
  }

  @Test
  void aTokenThatExpiredAndStoppedItsBackendStaysAtRisk() {
    observe(
        session(
            "a",
            noToken(),
            ready("TokenPending", NOW.minusSeconds(10)),
            new Condition("TokenValid", "False", 1L, NOW, "Expired", "")));
    assertThat(scrape())
        .contains("mcpsession_tokens_at_risk 1.0")
        .contains("mcpsession_renewal_overdue_max_seconds 0.0");
  }

  private static McpSessionTemplate template(
      String name, @Nullable McpSessionTemplateStatus status) {
    McpSessionTemplate template = new McpSessionTemplate();
    template.setMetadata(new ObjectMetaBuilder().withNamespace("a").withName(name).build());
    template.setStatus(status);
    return template;
  }

  private record Token(@Nullable Instant renewal, @Nullable Instant expiry) {}

  private static Token noToken() {
    return new Token(null, null);
  }

  private static Token renewedAt(Instant renewal, Instant expiry) {
    return new Token(renewal, expiry);
  }

  private static Condition serving() {
    return new Condition("Ready", "True", 1L, NOW.minus(Duration.ofDays(1)), "Serving", "");
  }

  private static Condition ready(String reason, Instant since) {
    return new Condition("Ready", "False", 1L, since, reason, "");
  }

  private static McpSession session(String namespace, Token token, Condition... conditions) {
    return new SessionOf(namespace).token(token).with(conditions);
  }

  /** A session to be described. */
  private static final class SessionOf {
    private final McpSession session = new McpSession();
    private Token token = noToken();
    private Instant activeSince = NOW.minus(Duration.ofDays(2));
    private int startupTimeout = McpSessionSpec.DEFAULT_STARTUP_TIMEOUT_SECONDS;

    SessionOf(String namespace) {
      session.setMetadata(
          new ObjectMetaBuilder().withNamespace(namespace).withName("alice").build());
    }

    SessionOf token(Token value) {
      token = value;
      return this;
    }

    SessionOf activeSince(Instant value) {
      activeSince = value;
      return this;
    }

    SessionOf startupTimeout(int seconds) {
      startupTimeout = seconds;
      return this;
    }

    McpSession withoutStatus() {
      return session;
    }

    McpSession with(Condition... conditions) {
      session.setSpec(
          new ObjectMapper()
              .convertValue(
                  Map.of("user", "alice", "startupTimeoutSeconds", startupTimeout),
                  McpSessionSpec.class));
      session.setStatus(
          new McpSessionStatus(
              1L,
              1,
              null,
              null,
              token.expiry(),
              token.renewal(),
              activeSince,
              null,
              null,
              null,
              null,
              Arrays.asList(conditions)));
      return session;
    }
  }
}

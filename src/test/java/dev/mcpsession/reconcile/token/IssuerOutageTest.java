package dev.mcpsession.reconcile.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.VirtualTime;
import dev.mcpsession.api.Condition;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.plan.PlannedSession;
import dev.mcpsession.token.TokenFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Twenty sessions whose tokens live for 90 s, and an issuer that is out of order now and then. */
class IssuerOutageTest {
  private static final int SESSIONS = 20;
  private static final Duration OUTAGE = Duration.ofSeconds(55);
  private static final Duration ALL_BACK = Duration.ofSeconds(35);

  private final VirtualTime time = new VirtualTime();
  private final ModelServer issuer = new ModelServer(time, Duration.ofSeconds(90));
  private @Nullable VirtualSessions opened;

  /** Where the sessions get their tokens from. */
  enum Kind {
    ONE_GRANT,
    A_GRANT_EACH,
    CLIENT_CREDENTIALS,
    TOKEN_EXCHANGE;

    private String token(int number) {
      String common = "tokenEndpoint: 'https://git.example/token', clientSecretName: client";
      return switch (this) {
        case ONE_GRANT, A_GRANT_EACH ->
            "{oauth2Refresh: {%s, grantSecretName: %s}}".formatted(common, grant(number));
        case CLIENT_CREDENTIALS -> "{oauth2ClientCredentials: {%s}}".formatted(common);
        case TOKEN_EXCHANGE ->
            "{oauth2TokenExchange: {%s, subjectToken: {secret: {name: subject, tokenKey: token}}}}"
                .formatted(common);
      };
    }

    private String grant(int number) {
      return switch (this) {
        case ONE_GRANT -> "grant";
        case A_GRANT_EACH -> "grant-" + number;
        case CLIENT_CREDENTIALS, TOKEN_EXCHANGE -> "";
      };
    }
  }

  static Stream<Arguments> kinds() {
    return Stream.of(Kind.values())
        .flatMap(
            kind ->
                Stream.of(true, false)
                    .flatMap(
                        watched ->
                            Stream.of(3, 12).map(count -> Arguments.of(kind, watched, count))));
  }

  @AfterEach
  void close() {
    if (opened != null) {
      opened.close();
    }
  }

  @ParameterizedTest(name = "{0}, Secrets watched: {1}, {2} outages")
  @MethodSource("kinds")
  void allServeAgainSoonAfterTheIssuersReturnHoweverManyOutagesThereWere(
      Kind kind, boolean watched, int outages) {
    VirtualSessions sessions = sessions(kind, watched, SESSIONS);
    for (int i = 1; i <= outages; i++) {
      sessions.run(Duration.ofSeconds(100));
      issuer.fails(TokenFailure.Kind.UNAVAILABLE);
      int before = issuer.calls();
      sessions.run(OUTAGE);
      assertThat(issuer.calls() - before).as("calls during outage %d", i).isLessThanOrEqualTo(8);
      assertAllServeAgain(sessions, "after outage " + i);
    }
  }

  @Test
  void aSessionThatIsMadeDuringTheOutageDoesNotCallTheIssuer() {
    VirtualSessions sessions = outOfOrder(Kind.CLIENT_CREDENTIALS, 1);
    int before = issuer.calls();
    PlannedSession late = sessions.add(Kind.CLIENT_CREDENTIALS.token(2), "");
    assertThat(issuer.calls()).isEqualTo(before);
    assertThat(condition(late, "TokenValid").message())
        .isEqualTo(
            "the issuer is out of order; tried again, every 30 s at the latest, by one call for"
                + " all sessions");
    assertThat(status(late).nextAttemptTime()).isNull();
    assertAllServeAgain(sessions, "in the end");
  }

  @Test
  void whenTheSessionThatWouldProbeIsDeletedAnotherProbes() {
    VirtualSessions sessions = outOfOrder(Kind.A_GRANT_EACH, 3);
    sessions.delete(sessions.all().getFirst());
    sessions.delete(sessions.all().getFirst());
    assertAllServeAgain(sessions, "in the end");
  }

  @Test
  void anEndpointThatNobodyNeedsAnyMoreIsForgotten() {
    VirtualSessions sessions = outOfOrder(Kind.CLIENT_CREDENTIALS, 3);
    assertThat(sessions.outages.failing()).hasSize(1);
    sessions.all().forEach(sessions::delete);
    int before = issuer.calls();
    sessions.run(Duration.ofMinutes(1));
    assertThat(sessions.outages.failing()).isEmpty();
    assertThat(issuer.calls()).isEqualTo(before);
  }

  @Test
  void whatOnlyOneSessionDoesWrongDelaysNoOther() {
    VirtualSessions sessions = sessions(Kind.A_GRANT_EACH, 5);
    issuer.failsFor("r-of-grant-3", TokenFailure.Kind.FAILED);
    sessions.run(Duration.ofMinutes(10));
    sessions.delete(sessions.all().get(2));
    assertAllServe(sessions, "beside it");
    assertThat(sessions.outages.failing()).isEmpty();
  }

  /** For some requests an issuer is always out of order. */
  @Test
  void anIssuerThatBreaksOnOneGrantServesTheOthers() {
    VirtualSessions sessions = sessions(Kind.A_GRANT_EACH, 5);
    issuer.failsFor("r-of-grant-3", TokenFailure.Kind.UNAVAILABLE);
    for (int i = 0; i < 20; i++) {
      sessions.run(Duration.ofSeconds(31));
      PlannedSession late = sessions.add(Kind.CLIENT_CREDENTIALS.token(0), "");
      sessions.run(Duration.ofSeconds(31));
      assertThat(late.servingToken()).as("round %d", i).isNotNull();
    }
    sessions.delete(sessions.all().get(2));
    assertAllServe(sessions, "beside it");
  }

  @Test
  void aRenewedGrantWakesTheSessionsWhoseOwnCallFailed() {
    VirtualSessions sessions = sessions(Kind.ONE_GRANT, 0);
    issuer.fails(TokenFailure.Kind.FAILED);
    for (int i = 0; i < 5; i++) {
      sessions.add(Kind.ONE_GRANT.token(i), Kind.ONE_GRANT.grant(i));
    }
    sessions.run(Duration.ofMinutes(20));
    issuer.works();
    Instant next =
        sessions.all().stream()
            .map(session -> status(session).nextAttemptTime())
            .filter(Objects::nonNull)
            .min(Instant::compareTo)
            .orElseThrow();
    sessions.run(Duration.between(time.instant(), next));
    assertAllServe(sessions, "at the first session's next call");
  }

  @Test
  void tokenFailuresDoNotCountAsFailedAttempts() {
    VirtualSessions sessions = sessions(Kind.CLIENT_CREDENTIALS, 3);
    issuer.fails(TokenFailure.Kind.FAILED);
    sessions.run(Duration.ofMinutes(30));
    assertThat(sessions.all())
        .allSatisfy(session -> assertThat(status(session).failures()).isZero())
        .allSatisfy(session -> assertThat(status(session).nextAttemptTime()).isNotNull());
  }

  /** Sessions whose issuer has been out of order for some time. */
  private VirtualSessions outOfOrder(Kind kind, int count) {
    VirtualSessions sessions = sessions(kind, count);
    issuer.fails(TokenFailure.Kind.UNAVAILABLE);
    sessions.run(Duration.ofMinutes(3));
    return sessions;
  }

  private VirtualSessions sessions(Kind kind, int count) {
    return sessions(kind, false, count);
  }

  private VirtualSessions sessions(Kind kind, boolean watched, int count) {
    VirtualSessions sessions = new VirtualSessions(time, issuer, watched);
    opened = sessions;
    sessions.secrets.put("subject", Map.of("token", "subject-token"));
    sessions.secrets.put("grant", Map.of("refresh_token", "r-of-grant"));
    for (int i = 1; i <= count; i++) {
      sessions.secrets.put("grant-" + i, Map.of("refresh_token", "r-of-grant-" + i));
      sessions.add(kind.token(i), kind.grant(i));
    }
    assertAllServe(sessions, "at first");
    return sessions;
  }

  /** Once the issuer works again. */
  private void assertAllServeAgain(VirtualSessions sessions, String when) {
    issuer.works();
    sessions.run(ALL_BACK);
    assertAllServe(sessions, when);
  }

  private void assertAllServe(VirtualSessions sessions, String when) {
    Instant now = time.instant();
    assertThat(sessions.all())
        .as(when)
        .allSatisfy(
            session -> {
              assertThat(session.servingToken()).isNotNull();
              assertThat(Objects.requireNonNull(session.servingToken()).isExpired(now)).isFalse();
              assertThat(condition(session, "UpToDate").isTrue()).isTrue();
              assertThat(condition(session, "TokenValid").isTrue()).isTrue();
            });
  }

  private static McpSessionStatus status(PlannedSession session) {
    return Objects.requireNonNull(session.status());
  }

  private static Condition condition(PlannedSession session, String type) {
    List<Condition> conditions = Objects.requireNonNull(status(session).conditions());
    return conditions.stream().filter(it -> it.type().equals(type)).findFirst().orElseThrow();
  }
}

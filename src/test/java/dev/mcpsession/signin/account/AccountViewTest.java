package dev.mcpsession.signin.account;

import static dev.mcpsession.signin.account.AccountObjects.ALICE;
import static dev.mcpsession.signin.account.AccountObjects.OWNER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.gateway.session.AnnotatedTime;
import dev.mcpsession.gateway.session.SessionUse;
import dev.mcpsession.signin.identity.Grants;
import dev.mcpsession.signin.identity.Person;
import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.page.AccountPage;
import dev.mcpsession.signin.page.AccountPage.GrantState;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccountViewTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  private static final McpSessionTemplate FORGEJO = AccountObjects.template("forgejo");

  private static AccountPage page(Holding holding, SignIn... signIns) {
    return new AccountView(
            ALICE,
            AccountObjects.browser("0", ALICE, NOW),
            List.of(holding),
            List.of(signIns),
            URI.create("https://mcp.example"))
        .page("git.example", "token", Optional.empty(), NOW);
  }

  private static Holding holding(McpSessionTemplate template) {
    return new Holding(template, Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static Holding holding(
      McpSessionTemplate template, McpSession session, @Nullable SessionUse use) {
    return new Holding(template, Optional.of(session), Optional.ofNullable(use), Optional.empty());
  }

  private static Holding granted(McpSessionTemplate template, Grants.State state) {
    return new Holding(template, Optional.empty(), Optional.empty(), Optional.of(state));
  }

  private static McpSessionTemplate withAccess(String access) {
    return AccountObjects.template(
        "forgejo",
        """
        description: Issues
        access: %s
        session:
          podTemplate: {}
          token:
            oauth2Refresh: {tokenEndpoint: "https://git.example/token", clientSecretName: client}
        """
            .formatted(access));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{everyone: true}                          | true",
        "{users: [alice]}                          | true",
        "{users: [bob]}                            | false",
        "{groups: [staff]}                         | true",
        "{groups: [other]}                         | false",
        "{everyone: true, requiredScopes: [write]} | true",
        "{}                                        | false",
        "null                                      | false",
      })
  void whatSomebodyMayUseIsOffered(String access, boolean isOffered) {
    AccountPage page = page(holding(withAccess(access)));

    assertThat(page.offers())
        .isEqualTo(
            isOffered
                ? List.of(
                    new AccountPage.Offer(
                        "team/forgejo", "Issues", "https://mcp.example/team/forgejo/mcp"))
                : List.of());
    assertThat(page.grants()).hasSize(isOffered ? 1 : 0);
  }

  @Test
  void whatIsLeftOfAnOfferThatIsWithdrawnCanBeEnded() {
    McpSessionTemplate template = withAccess("{users: [bob]}");
    AccountPage page =
        page(
            new Holding(
                template,
                Optional.of(AccountObjects.session(template, OWNER, "")),
                Optional.empty(),
                Optional.of(new Grants.State(false, Optional.of(NOW)))),
            AccountObjects.client("a", ALICE, "IDE", NOW));

    assertThat(page.offers()).isEmpty();
    assertThat(page.sessions()).hasSize(1);
    assertThat(page.grants()).hasSize(1);
    assertThat(page.clients()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "True  | Serving        | revision 3 serves          | GOOD    | Serving",
        "False | Starting       | revision 1 is starting     | WAITING | Starting",
        "False | SuspendedIdle  | suspended for want of use  | WAITING | Suspended idle",
        "False | Suspended      | spec.suspend is true       | WAITING | Suspended",
        "False | TokenPending   | waiting                    | WAITING | Token pending",
        "False | GrantRejected  | the grant was rejected     | BAD     | Grant rejected",
        "False | StartFailed    | the image is missing       | BAD     | Start failed",
      })
  void aSessionIsToldInTheWordsOfItsCondition(
      String status, String reason, String message, AccountPage.Mood mood, String state) {
    McpSession session =
        AccountObjects.session(
            FORGEJO,
            OWNER,
            """
            status:
              conditions: [{type: Ready, status: "%s", reason: %s, message: "%s",
                lastTransitionTime: "2026-11-21T09:15:00Z"}]
            """
                .formatted(status, reason, message));

    AccountPage.Session told = page(holding(FORGEJO, session, null)).sessions().getFirst();

    assertThat(told)
        .isEqualTo(
            new AccountPage.Session(
                "team/forgejo",
                mood,
                state,
                message,
                Optional.of(
                    new AccountPage.Time(
                        "2026-11-21T09:15:00Z", "21 Nov 2026, 09:15 UTC", "45 min ago")),
                List.of()));
  }

  @Test
  void aSessionThatNoOperatorHasSeenIsNew() {
    AccountPage.Session told =
        page(holding(FORGEJO, AccountObjects.session(FORGEJO, OWNER, ""), null))
            .sessions()
            .getFirst();

    assertThat(told.state()).isEqualTo("New");
    assertThat(told.since().map(AccountPage.Time::distance)).contains("2 h ago");
  }

  @Test
  void aSessionThatIsDeletedEnds() {
    McpSession session = AccountObjects.session(FORGEJO, OWNER, "");
    session.getMetadata().setDeletionTimestamp("2026-11-21T09:59:00Z");

    AccountPage.Session told = page(holding(FORGEJO, session, null)).sessions().getFirst();

    assertThat(told.state()).isEqualTo("Ending");
    assertThat(told.ends()).isEmpty();
  }

  @Test
  void anObjectOfTheSameNameThatIsNotThePersonsIsNotShown() {
    McpSession others =
        AccountObjects.session(FORGEJO, new Owner("https://other.example", "17"), "");

    assertThat(page(holding(FORGEJO, others, null)).sessions()).isEmpty();
  }

  /**
   * Columns: fields of the template's session; last use; release; suspended now; what comes. The
   * session was made at 08:00, and it is 10:00.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "idleTimeoutSeconds: 900, deleteAfterIdleSeconds: 3600 | 09:50 | - | false"
            + " | Suspended 10:05 after 15 min without use; Deleted 10:50 after 1 h without use",
        "idleTimeoutSeconds: 900, deleteAfterIdleSeconds: 600 | 09:50 | - | false"
            + " | Deleted 10:05 after 10 min without use",
        "idleTimeoutSeconds: 900, deleteAfterIdleSeconds: 0 | 09:50 | - | false"
            + " | Suspended 10:05 after 15 min without use",
        "idleTimeoutSeconds: 900, onIdle: Delete | 09:50 | - | false"
            + " | Deleted 10:05 after 15 min without use",
        "idleTimeoutSeconds: 900, deleteAfterIdleSeconds: 3600 | 09:50 | 09:59 | false"
            + " | Suspended 09:59 nobody is connected any more;"
            + " Deleted 10:50 after 1 h without use",
        "idleTimeoutSeconds: 900, deleteAfterIdleSeconds: 3600 | 09:10 | - | true"
            + " | Deleted 10:10 after 1 h without use",
        "idleTimeoutSeconds: 0, deleteAfterIdleSeconds: 3600 | 09:50 | - | false | -",
        "idleTimeoutSeconds: 900, maxLifetimeSeconds: 7800, deleteAfterIdleSeconds: 3600"
            + " | 09:50 | - | false"
            + " | Suspended 10:05 after 15 min without use; Deleted 10:10 it lives 2 h 10 min at"
            + " most",
        "idleTimeoutSeconds: 900, maxLifetimeSeconds: 7260 | 09:50 | - | false"
            + " | Deleted 10:01 it lives 2 h 1 min at most",
        "idleTimeoutSeconds: 900, maxLifetimeSeconds: 7800 | - | - | false"
            + " | Deleted 10:10 it lives 2 h 10 min at most",
      })
  void aSessionEndsByItsDeadlines(
      String fields,
      @Nullable String lastActive,
      @Nullable String released,
      boolean isSuspended,
      @Nullable String expected) {
    McpSessionTemplate template =
        AccountObjects.template("forgejo", "session: {podTemplate: {}, " + fields + "}");
    McpSession session = AccountObjects.session(template, OWNER, "");
    SessionUse use =
        new SessionUse(
            SessionKey.of(session),
            Duration.ofSeconds(
                Objects.requireNonNull(template.getSpec().session().idleTimeoutSeconds())),
            false,
            Optional.empty(),
            isSuspended,
            AnnotatedTime.of(time(lastActive)),
            null,
            AnnotatedTime.of(time(released)),
            true,
            null,
            "7");

    AccountPage.Session told = page(holding(template, session, use)).sessions().getFirst();

    assertThat(
            told.ends().stream()
                .map(end -> end.what() + " " + end.at().iso().substring(11, 16) + " " + end.why())
                .collect(Collectors.joining("; ")))
        .isEqualTo(expected == null ? "" : expected);
  }

  private static @Nullable String time(@Nullable String time) {
    return time == null ? null : "2026-11-21T" + time + ":00Z";
  }

  @Test
  void clientsAreThoseOfThePersonAndTheLastUsedComesFirst() {
    Person forged = new Person(OWNER, "alice", Set.of(), "of-git-forged");
    AccountPage page =
        page(
            holding(FORGEJO),
            AccountObjects.client("a", ALICE, "Old", NOW.minusSeconds(7200)),
            AccountObjects.client("b", ALICE, "New", NOW.minusSeconds(60)),
            AccountObjects.client("c", ALICE, "Ended", NOW).ended(),
            AccountObjects.client("d", forged, "Forged", NOW),
            AccountObjects.browser("e", ALICE, NOW),
            AccountObjects.browser("f", forged, NOW),
            AccountObjects.browser("0", ALICE, NOW));

    assertThat(page.clients())
        .extracting(
            AccountPage.Client::name,
            AccountPage.Client::host,
            AccountPage.Client::offer,
            it -> it.lastUsed().distance())
        .containsExactly(
            tuple("New", "client.example", "team/forgejo", "1 min ago"),
            tuple("Old", "client.example", "team/forgejo", "2 h ago"));
    assertThat(page.otherBrowsers()).isEqualTo(1);
  }

  @Test
  void aGrantIsGivenOrRejectedOrMissing() {
    assertThat(page(holding(FORGEJO)).grants())
        .containsExactly(
            new AccountPage.Grant(
                "team/forgejo", "git.example", GrantState.NONE, Optional.empty()));
    assertThat(
            page(granted(FORGEJO, new Grants.State(false, Optional.of(NOW.minusSeconds(300)))))
                .grants())
        .extracting(AccountPage.Grant::state, it -> it.givenAt().orElseThrow().distance())
        .containsExactly(tuple(GrantState.GIVEN, "5 min ago"));
    assertThat(page(granted(FORGEJO, new Grants.State(true, Optional.empty()))).grants())
        .extracting(AccountPage.Grant::state)
        .containsExactly(GrantState.REJECTED);
  }

  @Test
  void aTemplateWhoseUsersGiveNothingHasNoGrant() {
    McpSessionTemplate template =
        AccountObjects.template("forgejo", "access: {everyone: true}\nsession: {podTemplate: {}}");

    assertThat(page(holding(template)).grants()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0, just now",
    "-59, just now",
    "59, in less than a minute",
    "60, in 1 min",
    "-60, 1 min ago",
    "3900, in 1 h 5 min",
    "-86400, 1 day ago",
    "-176460, 2 days 1 h ago",
    "172861, in 2 days 1 min",
  })
  void aTimeIsToldByItsDistance(long seconds, String distance) {
    assertThat(new Times(NOW).tell(NOW.plusSeconds(seconds)).distance()).isEqualTo(distance);
  }
}

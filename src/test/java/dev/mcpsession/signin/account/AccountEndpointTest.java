package dev.mcpsession.signin.account;

import static dev.mcpsession.signin.account.AccountObjects.ALICE;
import static dev.mcpsession.signin.account.AccountObjects.OWNER;
import static dev.mcpsession.signin.account.AccountWorld.body;
import static dev.mcpsession.signin.account.AccountWorld.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.gateway.site.SiteAnswer;
import dev.mcpsession.signin.account.AccountWorld.Browsing;
import dev.mcpsession.signin.identity.OAuthErrorCode;
import dev.mcpsession.signin.identity.Person;
import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.identity.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccountEndpointTest {
  private static final Person BOB =
      new Person(new Owner("https://git.example", "18"), "bob", Set.of(), ALICE.provider());

  /** The same owner, by the word of somebody else. */
  private static final Person FORGED = new Person(OWNER, "alice", Set.of(), "of-forged");

  private final AccountWorld world = new AccountWorld();

  @Test
  void whoeverIsNotSignedInIsAskedWhere() throws StoreException {
    world.offer(AccountObjects.template("wiki"), ALICE.provider());
    world.offer(AccountObjects.template("forged"), "of-forged");

    SiteAnswer answer = world.browser().get();

    assertThat(answer.status()).isEqualTo(200);
    assertThat(body(answer)).contains("Sign in at git.example").doesNotContain("team/");
    assertThat(body(answer).split("<button", -1)).as("a place is there once").hasSize(3);
    assertThat(header(answer, "Set-Cookie")).isEmpty();
  }

  @Test
  void signingInBeginsAtThePlaceThatWasChosen() throws StoreException {
    world.browser().post(Map.of("provider", ALICE.provider()));

    assertThat(world.done).containsExactly("sign in at team/forgejo");
    assertThat(world.browser().post(Map.of("provider", "of-nobody")).status()).isEqualTo(400);
    assertThat(world.refused).containsExactly(OAuthErrorCode.invalid_request);
    assertThat(world.done).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"true, __Host-mcp-account, ; Secure", "false, mcp-account, ''"})
  void theCookieIsForThisHostAndNoScript(boolean isSecure, String name, String secure)
      throws StoreException {
    AccountWorld some = new AccountWorld(isSecure, AccountWorld.IDLE);

    SiteAnswer answer = some.browser().signIn(ALICE);

    assertThat(answer.status()).isEqualTo(303);
    assertThat(header(answer, "Location")).contains("/account");
    assertThat(header(answer, "Set-Cookie").orElseThrow())
        .matches(
            name
                + "=[A-Za-z0-9_.-]{64,}; Path=/; Max-Age=7776000; HttpOnly; SameSite=Lax"
                + secure);
  }

  @Test
  void onlyHashesOfTheCookieAreStored() throws StoreException {
    Browsing browser = world.browser(ALICE);
    String cookie = String.valueOf(browser.cookie).split("=", 2)[1];

    SignIn stored = world.signIns.all().getFirst();

    assertThat(stored.toString()).doesNotContain(cookie);
    assertThat(stored.refresh().currentHash()).startsWith(stored.id()).hasSize(64);
    assertThat(stored.resource()).isEmpty();
    assertThat(stored.client()).isEmpty();
    assertThat(browser.page()).contains("Signed in as").doesNotContain(cookie);
  }

  @Test
  void signingInAnewEndsTheVisitWhoseCookieIsOverwritten() throws StoreException {
    Browsing browser = world.browser(ALICE);
    String before = String.valueOf(browser.cookie);
    world.browser(ALICE); // another one's goes on
    browser.signIn(BOB);

    assertThat(world.signIns.of(OWNER)).hasSize(1);
    assertThat(world.signIns.of(BOB.owner())).hasSize(1);
    assertThat(browser.page()).contains("bob");
    Browsing old = world.browser();
    old.cookie = before;
    assertThat(old.page()).contains("Sign in to your account");
  }

  @Test
  void aCookieThatWasMadeUpCostsNoRequest() throws StoreException {
    Browsing browser = world.browser();
    browser.cookie = "__Host-mcp-account=" + "A".repeat(100);

    assertThat(browser.page()).contains("Sign in to your account");
    assertThat(world.signIns.reads()).isZero();
  }

  @Test
  void theCookieOfAClientsSignInIsNone() throws StoreException {
    Browsing browser = world.browser(ALICE);
    SignIn own = world.signIns.all().getFirst();
    SignIn client = AccountObjects.client("a", ALICE, "IDE", world.clock.instant());
    world.signIns.replace(
        new SignIn(
            own.id(),
            ALICE,
            client.resource(),
            client.client(),
            List.of(),
            own.createdAt(),
            own.lastUsedAt(),
            own.refresh(),
            false,
            own.version()));

    assertThat(browser.page()).contains("Sign in to your account");
  }

  @Test
  void aSignInOfAnotherReplicaIsReadWhileTheCacheIsBehind() throws StoreException {
    world.signIns.setCacheBehind(true);

    assertThat(world.browser(ALICE).page()).contains("Signed in as");
  }

  @Test
  void aVisitThatIsNotUsedEnds() throws StoreException {
    Browsing browser = world.browser(ALICE);

    world.clock.pass(AccountWorld.IDLE.minusSeconds(1));
    assertThat(browser.page()).contains("Signed in as");
    world.clock.pass(AccountWorld.IDLE);
    assertThat(browser.page()).contains("Sign in to your account");
    assertThat(world.signIns.all()).isEmpty();
  }

  @Test
  void aVisitThatIsUsedEndsInTheEnd() throws StoreException {
    Browsing browser = world.browser(ALICE);
    Instant end = world.clock.instant().plus(AccountWorld.ABSOLUTE);
    while (world.clock.instant().plus(Duration.ofDays(7)).isBefore(end)) {
      world.clock.pass(Duration.ofDays(7));
      assertThat(browser.page()).contains("Signed in as");
    }

    world.clock.pass(Duration.between(world.clock.instant(), end));

    assertThat(browser.page()).contains("Sign in to your account");
  }

  /** Columns: idle limit; time until the second visit; whether that is stored; in seconds. */
  @ParameterizedTest
  @CsvSource({"1209600, 3599, false", "1209600, 3600, true", "600, 119, false", "600, 120, true"})
  void aUseIsStoredSeldomAndOftenEnough(int idle, int seconds, boolean isStored)
      throws StoreException {
    AccountWorld some = new AccountWorld(true, Duration.ofSeconds(idle));
    Browsing browser = some.browser(ALICE);
    Instant begun = some.clock.instant();
    some.clock.pass(Duration.ofSeconds(seconds));

    browser.get();

    assertThat(some.signIns.all().getFirst().lastUsedAt())
        .isEqualTo(isStored ? begun.plusSeconds(seconds) : begun);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "end-session",
        "disconnect-client",
        "give-grant",
        "take-back-grant",
        "sign-out",
        "sign-out-everywhere"
      })
  void aFormOfAnotherSiteDoesNothing(String action) throws StoreException {
    Browsing browser = world.browser(ALICE);
    String token = browser.token();
    String othersToken = world.browser(BOB).token();
    List<SignIn> before = world.signIns.all();

    for (String forged : List.of("", "x", othersToken, token.substring(1), token + "0")) {
      assertThat(
              browser
                  .post(
                      Map.of(
                          "action",
                          action,
                          "token",
                          forged,
                          "offer",
                          "team/forgejo",
                          "sign-in",
                          "a".repeat(40)))
                  .status())
          .as("token " + forged)
          .isEqualTo(403);
    }

    assertThat(world.done).isEmpty();
    assertThat(world.refused).hasSize(5).containsOnly(OAuthErrorCode.access_denied);
    assertThat(world.signIns.all()).isEqualTo(before);
  }

  @Test
  void aFormOfSomebodyWhoIsNotSignedInAnyMoreLeadsToSigningIn() throws StoreException {
    SiteAnswer answer = world.browser().post(Map.of("action", "end-session", "token", "x"));

    assertThat(answer.status()).isEqualTo(303);
    assertThat(header(answer, "Location")).contains("/account");
    assertThat(world.done).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "end-session, session team/forgejo of 17, /account?done=end-session",
    "take-back-grant, grant team/forgejo of 17, /account?done=take-back-grant",
  })
  void whatIsOwnedIsEnded(String action, String done, String location) throws StoreException {
    SiteAnswer answer = world.browser(ALICE).submit(action, "offer", "team/forgejo");

    assertThat(answer.status()).isEqualTo(303);
    assertThat(header(answer, "Location")).contains(location);
    assertThat(world.done).containsExactly(done);
  }

  @ParameterizedTest
  @CsvSource({
    "end-session, team/forged",
    "end-session, team/absent",
    "end-session, other/forgejo",
    "end-session, ''",
    "take-back-grant, team/forged",
    "take-back-grant, team/absent",
    "give-grant, team/forged",
    "give-grant, team/absent",
    "give-grant, team/closed",
    "give-grant, team/nothing",
  })
  void atWhatIsNotTheirsNobodyDoesAnything(String action, String offer) throws StoreException {
    world.offer(AccountObjects.template("forged"), "of-forged");
    world.offer(
        AccountObjects.template("closed", "access: {users: [bob]}\nsession: {podTemplate: {}}"),
        ALICE.provider());
    world.offer(
        AccountObjects.template("nothing", "access: {everyone: true}\nsession: {podTemplate: {}}"),
        ALICE.provider());

    SiteAnswer answer = world.browser(ALICE).submit(action, "offer", offer);

    assertThat(answer.status()).isEqualTo(303);
    assertThat(header(answer, "Location")).contains("/account");
    assertThat(world.done).isEmpty();
  }

  @Test
  void aGrantIsGivenAtTheUpstream() throws StoreException {
    SiteAnswer answer = world.browser(ALICE).submit("give-grant", "offer", "team/forgejo");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(world.done).containsExactly("grant of alice for team/forgejo");
  }

  @Test
  void aClientIsDisconnected() throws StoreException {
    world.signIns.create(AccountObjects.client("a", ALICE, "IDE", world.clock.instant()));
    Browsing browser = world.browser(ALICE);

    SiteAnswer answer = browser.submit("disconnect-client", "sign-in", "a".repeat(40));

    assertThat(world.done).containsExactly("sign-in a");
    assertThat(header(answer, "Location")).contains("/account?done=disconnect-client");
    assertThat(body(browser.get("done=disconnect-client")))
        .contains("The client is disconnected.")
        .doesNotContain("IDE");
  }

  @Test
  void aClientThatTheCacheDoesNotKnowYetIsDisconnected() throws StoreException {
    Browsing browser = world.browser(ALICE);
    world.signIns.setCacheBehind(true);
    world.signIns.create(AccountObjects.client("a", ALICE, "IDE", world.clock.instant()));

    browser.submit("disconnect-client", "sign-in", "a".repeat(40));

    assertThat(world.done).containsExactly("sign-in a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"b", "c", "d", "e", "../x"})
  void aSignInOfSomebodyElseIsNoClient(String id) throws StoreException {
    Instant now = world.clock.instant();
    world.signIns.create(AccountObjects.client("b", BOB, "IDE", now));
    world.signIns.create(AccountObjects.client("c", FORGED, "IDE", now));
    world.signIns.create(AccountObjects.browser("d", ALICE, now));

    SiteAnswer answer =
        world
            .browser(ALICE)
            .submit("disconnect-client", "sign-in", id.length() == 1 ? id.repeat(40) : id);

    assertThat(header(answer, "Location")).contains("/account");
    assertThat(world.done).isEmpty();
  }

  @Test
  void signingOutEndsThisBrowsersVisitOnly() throws StoreException {
    Browsing other = world.browser(ALICE);
    Browsing browser = world.browser(ALICE);
    String cookie = browser.cookie;

    SiteAnswer answer = browser.submit("sign-out");

    assertThat(answer.status()).isEqualTo(303);
    assertThat(header(answer, "Set-Cookie").orElseThrow()).contains("Max-Age=0;");
    assertThat(body(browser.get("done=sign-out"))).contains("You are signed out.");
    browser.cookie = cookie;
    assertThat(browser.page()).as("the cookie alone").contains("Sign in to your account");
    assertThat(other.page()).contains("Signed in as");
  }

  @Test
  void signingOutEverywhereEndsAllOfThePersonAndOfNobodyElse() throws StoreException {
    Browsing other = world.browser(ALICE);
    Browsing bob = world.browser(BOB);
    Browsing forged = world.browser(FORGED);

    world.browser(ALICE).submit("sign-out-everywhere");

    assertThat(world.done).containsExactly("all of alice");
    assertThat(other.page()).contains("Sign in to your account");
    assertThat(bob.page()).contains("Signed in as");
    assertThat(forged.page()).contains("Signed in as");
  }

  @Test
  void nobodySeesWhatIsSomebodyElses() throws StoreException {
    Instant now = world.clock.instant();
    world.signIns.create(AccountObjects.client("b", BOB, "The IDE of bob", now));
    world.signIns.create(AccountObjects.client("c", FORGED, "The forged IDE", now));
    world.offer(AccountObjects.template("forged"), "of-forged");
    McpSessionTemplate template = world.templates.getFirst();
    McpSession session = AccountObjects.session(template, BOB.owner(), "");
    // Of the name that the session of alice would have.
    world.sessions.put(
        "team/" + AccountObjects.session(template, OWNER, "").getMetadata().getName(), session);

    assertThat(world.browser(ALICE).page())
        .contains("https://mcp.example/team/forgejo/mcp", "Nothing. The first request")
        .doesNotContain("IDE", "team/forged", "bob");
  }

  @ParameterizedTest
  @ValueSource(strings = {"done=<script>", "done=%3Cscript%3E", "done=sign-in", "done=", "x"})
  void aLinkToThePageTellsNothingOfItsOwn(String query) throws StoreException {
    assertThat(body(world.browser().get(query)))
        .doesNotContain("role=\"status\"")
        .doesNotContain("<script");
  }

  @Test
  void whatCannotBeReadIsAnError() throws StoreException {
    Browsing browser = world.browser(ALICE);
    world.grants.setAway(true);

    assertThatThrownBy(browser::get).isInstanceOf(StoreException.class);
  }

  @Test
  void anUpstreamIsAskedForAgainOnlyAfterAWhileOrAChange() throws StoreException {
    world.fingerprints.clear();
    Browsing browser = world.browser();
    for (int visit = 0; visit < 100; visit++) {
      browser.get();
    }
    assertThat(world.askedForUpstreams).isEqualTo(1);

    world.fingerprints.put("forgejo", "of-git");
    world.clock.pass(Duration.ofSeconds(10));
    assertThat(browser.page()).contains("git.example");
    world.clock.pass(Duration.ofDays(1));
    browser.get();
    assertThat(world.askedForUpstreams).isEqualTo(2);

    world.templates.getFirst().getMetadata().setGeneration(2L);
    browser.get();
    assertThat(world.askedForUpstreams).isEqualTo(3);
  }

  @Test
  void pagesAreNeitherKeptNorFramedNorScripted() throws StoreException {
    SiteAnswer answer = world.browser(ALICE).get();

    assertThat(header(answer, "Cache-Control")).contains("no-store");
    assertThat(header(answer, "X-Frame-Options")).contains("DENY");
    assertThat(header(answer, "Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'", "frame-ancestors 'none'", "form-action 'self'")
        .doesNotContain("script-src", "unsafe");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "sign-in"})
  void aFormThatNobodyKnowsIsRefused(String action) throws StoreException {
    assertThat(world.browser(ALICE).submit(action).status()).isEqualTo(400);
    assertThat(world.refused).containsExactly(OAuthErrorCode.invalid_request);
  }
}

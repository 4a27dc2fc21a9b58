package dev.mcpsession.signin.token;

import static dev.mcpsession.signin.token.SomeSignIn.CLIENT;
import static dev.mcpsession.signin.token.SomeSignIn.NOW;
import static dev.mcpsession.signin.token.SomeSignIn.REDIRECT;
import static dev.mcpsession.signin.token.SomeSignIn.RESOURCE_URL;
import static dev.mcpsession.signin.token.SomeSignIn.SCOPES;
import static dev.mcpsession.signin.token.SomeSignIn.VERIFIER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.mcpsession.signin.identity.OAuthErrorCode;
import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.identity.SignIn.RefreshState;
import dev.mcpsession.signin.key.SignInKeys;
import dev.mcpsession.signin.token.TokenDecision.Begin;
import dev.mcpsession.signin.token.TokenDecision.Refused;
import dev.mcpsession.signin.token.TokenDecision.Repeat;
import dev.mcpsession.signin.token.TokenDecision.Reused;
import dev.mcpsession.signin.token.TokenDecision.Rotate;
import dev.mcpsession.signin.token.TokenRequest.Exchange;
import dev.mcpsession.signin.token.TokenRequest.Refresh;
import dev.mcpsession.signin.token.TokenRules.Revocation;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TokenRulesTest {
  private static final SignInKeys KEYS = SignInKeys.generated(NOW, new SecureRandom());
  private static final SignInKeys OTHER_KEYS = SignInKeys.generated(NOW, new SecureRandom());
  private static final String CODE = SomeSignIn.code().seal(KEYS, NOW);
  private static final TokenRules RULES = SomeSignIn.rules();
  private static final String OTHER_RESOURCE = "https://mcp.example/team/other/mcp";

  private static final Exchange GOOD =
      new Exchange(
          CLIENT, CODE, Optional.of(REDIRECT), Optional.of(VERIFIER), List.of(RESOURCE_URL));

  @Test
  void aCodeBeginsASignIn() {
    Begin begin = (Begin) RULES.exchange(GOOD, KEYS, NOW.plusSeconds(5));
    SignIn signIn = begin.signIn();
    assertThat(signIn.id()).isEqualTo(AuthorizationCode.signInId(CODE));
    assertThat(signIn.person()).isEqualTo(SomeSignIn.code().person());
    assertThat(signIn.resource()).hasValue(SomeSignIn.RESOURCE);
    assertThat(signIn.client()).hasValue(SomeSignIn.code().client());
    assertThat(signIn.createdAt()).isEqualTo(NOW.plusSeconds(5));
    assertThat(signIn.lastUsedAt()).isEqualTo(NOW.plusSeconds(5));
    assertThat(signIn.refresh().generation()).isEqualTo(1);
    assertThat(signIn.refresh().previousHash()).isEmpty();
    assertThat(signIn.isEnded()).isFalse();
    assertThat(signIn.version()).isEmpty();
    assertThat(begin.refreshToken()).startsWith(signIn.id() + ".1.");
    assertThat(begin.scopes()).isEqualTo(SCOPES);
    assertThat(signIn.toString()).doesNotContain(begin.refreshToken());
    assertThat(begin.toString()).doesNotContain(begin.refreshToken());
  }

  static Stream<Arguments> goodExchanges() {
    return Stream.of(
        arguments("as it should be", GOOD, NOW),
        arguments("in the last moment", GOOD, NOW.plusSeconds(60).minusNanos(1)),
        arguments("without redirect_uri (OAuth 2.1)", redirected(Optional.empty()), NOW),
        arguments("without resource", resources(List.of()), NOW));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("goodExchanges")
  void exchangesACode(String name, Exchange request, Instant when) {
    assertThat(RULES.exchange(request, KEYS, when)).isInstanceOf(Begin.class);
  }

  static Stream<Arguments> refusedExchanges() {
    return Stream.of(
        refused(OAuthErrorCode.invalid_grant, "after 60 s", GOOD, NOW.plusSeconds(60)),
        refused(OAuthErrorCode.invalid_grant, "not a code", coded("a.b"), NOW),
        refused(
            OAuthErrorCode.invalid_grant,
            "a code of another server",
            coded(SomeSignIn.code().seal(OTHER_KEYS, NOW)),
            NOW),
        refused(
            OAuthErrorCode.invalid_request,
            "stolen, without a verifier",
            verified(Optional.empty()),
            NOW),
        refused(
            OAuthErrorCode.invalid_grant,
            "stolen, with another verifier",
            verified(Optional.of("x".repeat(43))),
            NOW),
        refused(
            OAuthErrorCode.invalid_grant,
            "the challenge for a verifier",
            verified(Optional.of(SomeSignIn.code().codeChallenge())),
            NOW),
        refused(
            OAuthErrorCode.invalid_grant,
            "a verifier that is too short",
            verified(Optional.of("short")),
            NOW),
        refused(
            OAuthErrorCode.invalid_grant,
            "from another client",
            new Exchange(
                "https://other.example/client.json",
                CODE,
                GOOD.redirectUri(),
                GOOD.codeVerifier(),
                List.of()),
            NOW),
        redirect("http://127.0.0.1:4711/other"),
        redirect("http://127.0.0.1:4712/callback"),
        redirect("http://localhost:4711/callback"),
        redirect("https://127.0.0.1:4711/callback"),
        redirect("http://127.0.0.1:4711/callback#x"),
        redirect("http://127.0.0.1:4711/callback?x"),
        redirect("http://user@127.0.0.1:4711/callback"),
        redirect("http://127.0.0.1:4711/callback/"),
        target(OTHER_RESOURCE),
        target("https://mcp.example"),
        target(RESOURCE_URL + "/"),
        refused(
            OAuthErrorCode.invalid_target,
            "one more resource",
            resources(List.of(RESOURCE_URL, OTHER_RESOURCE)),
            NOW));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("refusedExchanges")
  void refusesACode(OAuthErrorCode code, String name, Exchange request, Instant when) {
    assertThat(RULES.exchange(request, KEYS, when))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.code()).isEqualTo(code));
  }

  private static Arguments refused(
      OAuthErrorCode code, String name, Exchange request, Instant when) {
    return arguments(code, name, request, when);
  }

  private static Arguments redirect(String uri) {
    return refused(OAuthErrorCode.invalid_grant, uri, redirected(Optional.of(uri)), NOW);
  }

  private static Arguments target(String resource) {
    return refused(OAuthErrorCode.invalid_target, resource, resources(List.of(resource)), NOW);
  }

  private static Exchange coded(String code) {
    return new Exchange(CLIENT, code, GOOD.redirectUri(), GOOD.codeVerifier(), GOOD.resources());
  }

  private static Exchange redirected(Optional<String> uri) {
    return new Exchange(CLIENT, CODE, uri, GOOD.codeVerifier(), GOOD.resources());
  }

  private static Exchange verified(Optional<String> verifier) {
    return new Exchange(CLIENT, CODE, GOOD.redirectUri(), verifier, GOOD.resources());
  }

  private static Exchange resources(List<String> resources) {
    return new Exchange(CLIENT, CODE, GOOD.redirectUri(), GOOD.codeVerifier(), resources);
  }

  @Test
  void aRefreshTokenIsReplacedByTheNextOne() {
    Begin begin = begun();
    Instant later = NOW.plusSeconds(600);
    Rotate rotate = (Rotate) refresh(begin.refreshToken(), begin.signIn(), later);
    RefreshState state = rotate.signIn().refresh();
    assertThat(state.generation()).isEqualTo(2);
    assertThat(state.previousHash()).hasValue(begin.signIn().refresh().currentHash());
    assertThat(state.currentHash()).isNotEqualTo(begin.signIn().refresh().currentHash());
    assertThat(state.rotatedAt()).isEqualTo(later);
    assertThat(rotate.signIn().lastUsedAt()).isEqualTo(later);
    assertThat(rotate.signIn().createdAt()).isEqualTo(NOW);
    assertThat(rotate.scopes()).isEqualTo(SCOPES);
    assertThat(refresh(rotate.refreshToken(), rotate.signIn(), later.plusSeconds(1)))
        .isInstanceOf(Rotate.class);
  }

  @Test
  void theOneBeforeGetsTheSameNextOneForHalfAMinute() {
    Begin begin = begun();
    Rotate rotate = (Rotate) refresh(begin.refreshToken(), begin.signIn(), NOW);
    Instant last = NOW.plusSeconds(30).minusNanos(1);
    assertThat(refresh(begin.refreshToken(), rotate.signIn(), last))
        .isInstanceOfSatisfying(
            Repeat.class,
            repeat -> assertThat(repeat.refreshToken()).isEqualTo(rotate.refreshToken()));
  }

  @Test
  void theOneBeforeEndsTheSignInAfterHalfAMinute() {
    Begin begin = begun();
    Rotate rotate = (Rotate) refresh(begin.refreshToken(), begin.signIn(), NOW);
    assertThat(refresh(begin.refreshToken(), rotate.signIn(), NOW.plusSeconds(30)))
        .isEqualTo(new Reused(rotate.signIn()));
  }

  @Test
  void anOlderOneEndsTheSignInAtOnce() {
    Begin begin = begun();
    Rotate second = (Rotate) refresh(begin.refreshToken(), begin.signIn(), NOW);
    Rotate third = (Rotate) refresh(second.refreshToken(), second.signIn(), NOW);
    assertThat(refresh(begin.refreshToken(), third.signIn(), NOW))
        .isEqualTo(new Reused(third.signIn()));
  }

  @Test
  void twoReplicasMakeTheSameNextOne() {
    Begin begin = begun();
    Rotate one = (Rotate) refresh(begin.refreshToken(), begin.signIn(), NOW);
    Rotate two = (Rotate) refresh(begin.refreshToken(), begin.signIn(), NOW.plusMillis(7));
    assertThat(two.refreshToken()).isEqualTo(one.refreshToken());
  }

  @Test
  void rotatedKeysEndNoSignIn() {
    Begin begin = begun();
    SignInKeys rotated = KEYS.rotated(NOW, Duration.ofDays(90), new SecureRandom()).keys();
    Instant later = NOW.plusSeconds(40);
    Refresh first = request(begin.refreshToken());
    Rotate rotate = (Rotate) RULES.refresh(first, Optional.of(begin.signIn()), rotated, later);
    assertThat(RULES.refresh(first, Optional.of(rotate.signIn()), rotated, later))
        .isInstanceOf(Repeat.class);
    assertThat(
            RULES.refresh(
                request(rotate.refreshToken()), Optional.of(rotate.signIn()), rotated, later))
        .isInstanceOf(Rotate.class);
  }

  @Test
  void aKeyThatBeginsBetweenTwoRepeatsChangesNoAnswer() {
    Begin begin = begun();
    SignInKeys rotated = KEYS.rotated(NOW, Duration.ofDays(90), new SecureRandom()).keys();
    Refresh first = request(begin.refreshToken());
    Instant before = NOW.plusSeconds(29);
    Rotate rotate = (Rotate) RULES.refresh(first, Optional.of(begin.signIn()), rotated, before);
    assertThat(RULES.refresh(first, Optional.of(rotate.signIn()), rotated, before.plusSeconds(2)))
        .isInstanceOfSatisfying(
            Repeat.class,
            repeat -> assertThat(repeat.refreshToken()).isEqualTo(rotate.refreshToken()));
  }

  static Stream<Arguments> refusedRefreshes() {
    Begin begin = begun();
    String token = begin.refreshToken();
    Optional<SignIn> there = Optional.of(begin.signIn());
    String id = begin.signIn().id();
    OAuthErrorCode grant = OAuthErrorCode.invalid_grant;
    return Stream.of(
        arguments(grant, "no refresh token", request("x"), there, NOW),
        arguments(
            grant, "one that nobody has made", request(id + ".1." + "A".repeat(43)), there, NOW),
        arguments(
            grant,
            "an older one that nobody has made",
            request(id + ".1." + "A".repeat(43)),
            Optional.of(((Rotate) refresh(token, begin.signIn(), NOW)).signIn()),
            NOW),
        arguments(
            grant,
            "another generation of it",
            request(token.replace(id + ".1.", id + ".2.")),
            there,
            NOW),
        arguments(
            grant,
            "of another server",
            request(RefreshTokens.of(OTHER_KEYS, id, 1, NOW)),
            there,
            NOW),
        arguments(
            grant,
            "one that has never been given out",
            request(RefreshTokens.of(KEYS, id, 2, NOW)),
            there,
            NOW),
        arguments(grant, "the sign-in is gone", request(token), Optional.empty(), NOW),
        arguments(grant, "the sign-in was ended", request(token), there.map(SignIn::ended), NOW),
        arguments(grant, "not used for too long", request(token), there, NOW.plus(SomeSignIn.IDLE)),
        arguments(
            grant,
            "used, but too old",
            request(token),
            there.map(it -> it.used(it.refresh(), NOW.plus(SomeSignIn.ABSOLUTE).minusSeconds(9))),
            NOW.plus(SomeSignIn.ABSOLUTE)),
        arguments(
            grant,
            "from another client",
            new Refresh("https://other.example", token, List.of(), List.of()),
            there,
            NOW),
        arguments(
            OAuthErrorCode.invalid_target,
            "for another resource",
            new Refresh(CLIENT, token, List.of(), List.of(OTHER_RESOURCE)),
            there,
            NOW),
        arguments(
            OAuthErrorCode.invalid_scope,
            "with a scope more",
            new Refresh(CLIENT, token, List.of("mcp", "admin"), List.of()),
            there,
            NOW));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("refusedRefreshes")
  void refusesARefreshToken(
      OAuthErrorCode code, String name, Refresh request, Optional<SignIn> read, Instant when) {
    assertThat(RULES.refresh(request, read, KEYS, when))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.code()).isEqualTo(code));
  }

  @Test
  void refreshesInTheLastMomentOfASignIn() {
    Begin begin = begun();
    assertThat(
            refresh(begin.refreshToken(), begin.signIn(), NOW.plus(SomeSignIn.IDLE).minusNanos(1)))
        .isInstanceOf(Rotate.class);
  }

  @Test
  void fewerScopesAreOnlyForTheAccessToken() {
    Begin begin = begun();
    Refresh fewer = new Refresh(CLIENT, begin.refreshToken(), List.of("mcp"), List.of());
    Rotate rotate = (Rotate) RULES.refresh(fewer, Optional.of(begin.signIn()), KEYS, NOW);
    assertThat(rotate.scopes()).containsExactly("mcp");
    Rotate next = (Rotate) refresh(rotate.refreshToken(), rotate.signIn(), NOW);
    assertThat(next.scopes()).isEqualTo(SCOPES);
  }

  @Test
  void revocationEndsTheSignInForItsClientOnly() {
    SignIn signIn = begun().signIn();
    assertThat(RULES.revoke(CLIENT, Optional.of(signIn))).isEqualTo(new Revocation.Ends(signIn));
    assertThat(RULES.revoke("https://other.example", Optional.of(signIn)))
        .isInstanceOf(Revocation.Denied.class);
    assertThat(RULES.revoke(CLIENT, Optional.of(signIn.ended())))
        .isEqualTo(new Revocation.Nothing());
    assertThat(RULES.revoke(CLIENT, Optional.empty())).isEqualTo(new Revocation.Nothing());
  }

  private static Begin begun() {
    return (Begin) RULES.exchange(GOOD, KEYS, NOW);
  }

  private static Refresh request(String token) {
    return new Refresh(CLIENT, token, List.of(), List.of());
  }

  private static TokenDecision refresh(String token, SignIn signIn, Instant now) {
    return RULES.refresh(request(token), Optional.of(signIn), KEYS, now);
  }
}

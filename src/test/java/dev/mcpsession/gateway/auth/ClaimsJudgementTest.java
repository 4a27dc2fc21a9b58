package dev.mcpsession.gateway.auth;

import static dev.mcpsession.gateway.auth.TestToken.EXPIRY;
import static dev.mcpsession.gateway.auth.TestToken.NOW;
import static dev.mcpsession.gateway.auth.TestToken.RESOURCE_URL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.gateway.route.User;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ClaimsJudgementTest {
  private static final TestToken GOOD = TestToken.good();

  @Test
  void aGoodTokenSpeaksForItsUser() throws Exception {
    IssuerSettings demanding =
        new IssuerSettings(
            TestToken.ISSUER,
            List.of(),
            null,
            "preferred_username",
            "groups",
            List.of("mcp", "extra"),
            null);
    assertThat(judged(GOOD, demanding, NOW))
        .isEqualTo(
            new Caller(
                new User(new Owner(TestToken.ISSUER, "alice-123"), "alice"),
                Set.of("staff", "git"),
                Set.of("openid", "mcp"),
                Set.of("mcp", "extra"),
                EXPIRY));
  }

  static Stream<Arguments> accepted() {
    return Stream.of(
        arguments("aud is one of a list", GOOD.with("aud", List.of("git", RESOURCE_URL))),
        arguments("claim typ of Keycloak", GOOD.with("typ", "Bearer")),
        arguments("fraction of a second", GOOD.with("exp", EXPIRY.getEpochSecond() + 0.5)),
        arguments("nbf just now", GOOD.with("nbf", NOW.getEpochSecond())),
        arguments("nbf within the leeway", GOOD.with("nbf", NOW.getEpochSecond() + 60)),
        arguments("a nonce, as old Keycloaks have", GOOD.with("nonce", "n")),
        arguments("an at_hash, as Dex's access tokens have", GOOD.with("at_hash", "x")),
        arguments("without groups", GOOD.without("groups")),
        arguments("without scopes", GOOD.without("scope")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("accepted")
  void isAccepted(String name, TestToken token) throws Exception {
    assertThat(judged(token).user().name()).isEqualTo("alice");
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        refused(TokenDefect.token_issuer, "wrong issuer", GOOD.with("iss", "https://other")),
        refused(
            TokenDefect.token_issuer,
            "issuer with a slash more",
            GOOD.with("iss", TestToken.ISSUER + "/")),
        refused(TokenDefect.token_issuer, "no issuer", GOOD.without("iss")),
        refused(TokenDefect.token_issuer, "list of issuers", with("iss", List.of("a", "b"))),
        refused(TokenDefect.token_audience, "no audience", GOOD.without("aud")),
        refused(TokenDefect.token_audience, "another audience", with("aud", "mcp-client")),
        refused(TokenDefect.token_audience, "no audience in the list", with("aud", List.of())),
        refused(
            TokenDefect.token_audience,
            "another template",
            with("aud", "https://mcp.example/team/git/mcp")),
        refused(TokenDefect.token_audience, "the gateway", with("aud", "https://mcp.example")),
        refused(TokenDefect.token_audience, "beginning", with("aud", RESOURCE_URL + "/x")),
        refused(TokenDefect.token_audience, "object", with("aud", Map.of(RESOURCE_URL, true))),
        refused(TokenDefect.token_claims, "no exp", GOOD.without("exp")),
        refused(TokenDefect.token_claims, "exp as text", with("exp", "9999999999")),
        refused(TokenDefect.token_claims, "exp null", with("exp", null)),
        refused(TokenDefect.token_claims, "nbf as text", with("nbf", "0")),
        refused(
            TokenDefect.token_not_yet_valid,
            "nbf after the leeway",
            with("nbf", NOW.getEpochSecond() + 61)),
        refused(TokenDefect.token_expired, "exp before the epoch", with("exp", -1)),
        refused(TokenDefect.token_expired, "exp below all numbers", with("exp", -1e300)),
        refused(TokenDefect.token_type, "ID token of Keycloak", with("typ", "ID")),
        refused(TokenDefect.token_type, "ID token in other letters", with("typ", "id")),
        refused(TokenDefect.token_type, "refresh token", with("typ", "Refresh")),
        refused(TokenDefect.token_type, "offline token", with("typ", "Offline")),
        refused(TokenDefect.token_type, "logout token", with("typ", "Logout")),
        refused(TokenDefect.token_bound, "DPoP", with("cnf", Map.of("jkt", "x"))),
        refused(TokenDefect.token_bound, "mTLS", with("cnf", Map.of("x5t#S256", "x"))),
        refused(TokenDefect.token_bound, "cnf null", with("cnf", null)),
        refused(TokenDefect.token_bound, "cnf empty", with("cnf", Map.of())),
        refused(TokenDefect.token_claims, "no sub", GOOD.without("sub")),
        refused(TokenDefect.token_claims, "empty sub", with("sub", "")),
        refused(TokenDefect.token_claims, "number as sub", with("sub", 7)),
        refused(TokenDefect.token_claims, "long sub", with("sub", "s".repeat(1025))),
        refused(TokenDefect.token_claims, "no user", GOOD.without("preferred_username")),
        refused(TokenDefect.token_claims, "user of blanks", with("preferred_username", " ")),
        refused(
            TokenDefect.token_claims,
            "list of users",
            with("preferred_username", List.of("alice", "bob"))),
        refused(
            TokenDefect.token_claims, "long user", with("preferred_username", "u".repeat(257))));
  }

  private static TestToken with(String claim, Object value) {
    return GOOD.with(claim, value);
  }

  private static Arguments refused(TokenDefect defect, String name, TestToken token) {
    return arguments(name, token, defect);
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource
  void refused(String name, TestToken token, TokenDefect defect) {
    assertThat(refusal(token, TestToken.issuer(), NOW)).isEqualTo(defect);
  }

  @ParameterizedTest
  @CsvSource({"-1, true", "0, true", "59, true", "60, false", "61, false", "100000, false"})
  void aTokenIsAcceptedUntilItsExpiryAndTheLeeway(long secondsAfterExpiry, boolean accepted) {
    Instant now = EXPIRY.plusSeconds(secondsAfterExpiry);
    assertThat(refusal(GOOD, TestToken.issuer(), now))
        .isEqualTo(accepted ? null : TokenDefect.token_expired);
  }

  @Test
  void aTokenForEverEndsInTheYear9999AndCanBeReckonedWith() throws Exception {
    for (Object expiry : List.of(1e300, Long.MAX_VALUE, 253_370_764_800L)) {
      Caller caller = judged(with("exp", expiry));
      assertThat(caller.expiresAt()).isEqualTo(Caller.NEVER);
      assertThat(caller.acceptedUntil()).isAfter(Caller.NEVER);
    }
  }

  @Test
  void configuredAudiencesTakeThePlaceOfTheResource() throws Exception {
    IssuerSettings issuer = withAudiences("mcp-gateway", "other");
    assertThat(judged(with("aud", "mcp-gateway"), issuer, NOW)).isNotNull();
    assertThat(judged(with("aud", List.of("x", "other")), issuer, NOW)).isNotNull();
    assertThat(refusal(GOOD, issuer, NOW)).isEqualTo(TokenDefect.token_audience);
  }

  @Test
  void groupsAreATextOrAList() throws Exception {
    assertThat(judged(with("groups", "staff")).groups()).containsExactly("staff");
    assertThat(judged(with("groups", "two words")).groups()).containsExactly("two words");
    assertThat(judged(with("groups", Arrays.asList("a", 7, null, Map.of(), "b"))).groups())
        .containsExactlyInAnyOrder("a", "b");
    assertThat(judged(with("groups", Map.of("staff", true))).groups()).isEmpty();
    assertThat(judged(GOOD.without("groups")).groups()).isEmpty();
  }

  @Test
  void scopesAreATextOrAListAndOfEitherName() throws Exception {
    assertThat(judged(with("scope", "a  b")).scopes()).containsExactlyInAnyOrder("a", "b");
    assertThat(judged(with("scope", List.of("a", "b c"))).scopes())
        .containsExactlyInAnyOrder("a", "b", "c");
    assertThat(judged(GOOD.without("scope").with("scp", List.of("x", "y"))).scopes())
        .containsExactlyInAnyOrder("x", "y");
    assertThat(judged(with("scope", 7)).scopes()).isEmpty();
  }

  @Test
  void aMissingUserClaimIsNamedWithWhatToDo() {
    TokenRefusedException refusal =
        catchThrowableOfType(
            TokenRefusedException.class, () -> judged(GOOD.without("preferred_username")));
    assertThat(refusal)
        .hasMessageContaining("claim preferred_username")
        .hasMessageContaining("have the issuer put it into access tokens");
  }

  private static IssuerSettings withAudiences(String... audiences) {
    return new IssuerSettings(
        TestToken.ISSUER,
        List.of(audiences),
        null,
        "preferred_username",
        "groups",
        List.of(),
        null);
  }

  private static TokenDefect refusal(TestToken token, IssuerSettings issuer, Instant now) {
    TokenRefusedException refusal =
        catchThrowableOfType(TokenRefusedException.class, () -> judged(token, issuer, now));
    return refusal == null ? null : refusal.rejected().defect();
  }

  private static Caller judged(TestToken token) throws TokenRefusedException {
    return judged(token, TestToken.issuer(), NOW);
  }

  private static Caller judged(TestToken token, IssuerSettings issuer, Instant now)
      throws TokenRefusedException {
    return ClaimsJudgement.judge(token.claims(), issuer, RESOURCE_URL, now);
  }
}

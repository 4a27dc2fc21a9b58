package dev.mcpsession.signin.access;

import static dev.mcpsession.signin.token.SomeSignIn.CLIENT;
import static dev.mcpsession.signin.token.SomeSignIn.NOW;
import static dev.mcpsession.signin.token.SomeSignIn.RESOURCE;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.mcpsession.gateway.auth.Authentication;
import dev.mcpsession.gateway.auth.Authentication.Authenticated;
import dev.mcpsession.gateway.auth.Authentication.Missing;
import dev.mcpsession.gateway.auth.Authentication.Rejected;
import dev.mcpsession.gateway.auth.Authentication.Undecided;
import dev.mcpsession.gateway.auth.Authenticator;
import dev.mcpsession.gateway.auth.Caller;
import dev.mcpsession.gateway.auth.TokenDefect;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.route.User;
import dev.mcpsession.signin.identity.MemorySignIns;
import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.key.SignInKeys;
import dev.mcpsession.signin.token.AccessTokens;
import dev.mcpsession.signin.token.SomeSignIn;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SignInAuthenticatorTest {
  private static final SignInKeys KEYS = SignInKeys.generated(NOW, new SecureRandom());
  private static final AccessTokens TOKENS = SomeSignIn.accessTokens();
  private static final SignIn SIGN_IN = signIn(1);
  private static final String TOKEN = TOKENS.mint(KEYS, SIGN_IN, CLIENT, SomeSignIn.SCOPES, NOW);
  private static final Authentication ELSEWHERE = new Undecided("judged elsewhere");

  private Instant now = NOW;
  private SignInKeys keys = KEYS;
  private final MemorySignIns signIns = new MemorySignIns(() -> now);
  private final Queue<Runnable> background = new ArrayDeque<>();
  private final SignInAuthenticator authenticator =
      authenticator(Optional.of((authorization, resource) -> done(ELSEWHERE)));

  private SignInAuthenticator authenticator(Optional<Authenticator> others) {
    return new SignInAuthenticator(TOKENS, () -> keys, signIns, others, () -> now, background::add);
  }

  @Test
  void aTokenSpeaksForTheUserWhoSignedIn() throws Exception {
    signIns.create(SIGN_IN);
    assertThat(result(TOKEN))
        .isEqualTo(
            new Authenticated(
                new Caller(
                    new User(SomeSignIn.OWNER, "alice"),
                    SIGN_IN.person().groups(),
                    Set.copyOf(SomeSignIn.SCOPES),
                    Set.of(),
                    NOW.plus(SomeSignIn.LIFETIME))));
  }

  @Test
  void requestsWithoutABearerTokenAreTold() {
    assertThat(done(authenticator.authenticate(null, RESOURCE))).isInstanceOf(Missing.class);
    assertThat(done(authenticator.authenticate("Basic eDp5", RESOURCE)))
        .isInstanceOf(Missing.class);
  }

  @Test
  void tokensOfOtherIssuersAreJudgedElsewhereOrNotAtAll() {
    String foreign =
        KEYS.sign(
            new JOSEObjectType("at+jwt"),
            new JWTClaimsSet.Builder().issuer("https://sso.example").build(),
            NOW);
    assertThat(result(foreign)).isSameAs(ELSEWHERE);
    assertThat(done(authenticator(Optional.empty()).authenticate("Bearer " + foreign, RESOURCE)))
        .isInstanceOfSatisfying(
            Rejected.class, it -> assertThat(it.defect()).isEqualTo(TokenDefect.token_issuer));
  }

  @Test
  void theNextRequestAfterASignOutIsRejected() throws Exception {
    signIns.create(SIGN_IN);
    assertThat(result(TOKEN)).isInstanceOf(Authenticated.class);
    signIns.end(SIGN_IN.id());
    assertDefect(TokenDefect.token_sign_in_ended, result(TOKEN));
    assertThat(background).as("asked of the API server").isEmpty();
  }

  @Test
  void aSignInThatIsGoneFromTheCacheHasEnded() throws Exception {
    now = NOW.plusSeconds(300);
    signIns.create(SIGN_IN);
    signIns.end(SIGN_IN.id());
    assertThat(signIns.find(SIGN_IN.id())).isEmpty();
    assertDefect(TokenDefect.token_sign_in_ended, result(TOKEN));
  }

  @Test
  void aSignInThatHasJustBegunOnAnotherReplicaIsReadOnce() throws Exception {
    signIns.setCacheBehind(true);
    signIns.create(SIGN_IN);
    CompletionStage<Authentication> one = authenticate(TOKEN);
    CompletionStage<Authentication> two = authenticate(TOKEN);
    assertThat(one.toCompletableFuture()).as("waits without blocking").isNotDone();
    runBackground();
    assertThat(done(one)).isInstanceOf(Authenticated.class);
    assertThat(done(two)).isInstanceOf(Authenticated.class);
    assertThat(signIns.reads()).isEqualTo(1);
  }

  @Test
  void aSignInThatIsNowhereHasEnded() {
    CompletionStage<Authentication> result = authenticate(TOKEN);
    runBackground();
    assertDefect(TokenDefect.token_sign_in_ended, done(result));
  }

  @Test
  void aSignInThatEndedBeforeTheCacheKnewItIsRejected() throws Exception {
    signIns.setCacheBehind(true);
    signIns.create(SIGN_IN);
    signIns.end(SIGN_IN.id());
    CompletionStage<Authentication> result = authenticate(TOKEN);
    runBackground();
    assertDefect(TokenDefect.token_sign_in_ended, done(result));
  }

  @Test
  void aTokenOlderThanTheCacheIsNotAskedAfter() {
    now = NOW.plusSeconds(60);
    assertDefect(TokenDefect.token_sign_in_ended, result(TOKEN));
    assertThat(background).isEmpty();
  }

  @Test
  void whileTheApiServerIsAwayWhatTheCacheSaysCounts() throws Exception {
    signIns.create(SIGN_IN);
    SignIn unknown = signIn(2);
    signIns.setAway(true);
    assertThat(result(TOKEN)).isInstanceOf(Authenticated.class);
    CompletionStage<Authentication> other = authenticate(mint(unknown));
    runBackground();
    assertThat(done(other)).isInstanceOf(Undecided.class);
  }

  @Test
  void noMoreThanSomeAreReadAtATime() {
    List<CompletionStage<Authentication>> results =
        IntStream.rangeClosed(1, LiveSignIns.MOST + 1)
            .mapToObj(number -> authenticate(mint(signIn(number))))
            .toList();
    assertThat(background).hasSize(LiveSignIns.MOST);
    assertThat(done(results.getLast())).isInstanceOf(Undecided.class);
    runBackground();
    CompletionStage<Authentication> later = authenticate(mint(signIn(LiveSignIns.MOST + 1)));
    assertThat(background).hasSize(1);
    runBackground();
    assertDefect(TokenDefect.token_sign_in_ended, done(later));
  }

  static Stream<Arguments> rejected() throws Exception {
    SignInKeys others = SignInKeys.generated(NOW, new SecureRandom());
    String[] parts = TOKEN.split("\\.", -1);
    String[] forged = TOKENS.mint(KEYS, SIGN_IN, CLIENT, List.of("admin"), NOW).split("\\.", -1);
    JWTClaimsSet claims = SignedJWT.parse(TOKEN).getJWTClaimsSet();
    return Stream.of(
        Arguments.of(TokenDefect.token_malformed, "no JWT", "abc", RESOURCE, NOW),
        Arguments.of(
            TokenDefect.token_signature,
            "claims of another token",
            parts[0] + "." + forged[1] + "." + parts[2],
            RESOURCE,
            NOW),
        Arguments.of(
            TokenDefect.token_key,
            "a key of somebody else",
            TOKENS.mint(others, SIGN_IN, CLIENT, List.of(), NOW),
            RESOURCE,
            NOW),
        Arguments.of(
            TokenDefect.token_type,
            "signed for something else",
            KEYS.sign(JOSEObjectType.JWT, claims, NOW),
            RESOURCE,
            NOW),
        Arguments.of(
            TokenDefect.token_audience,
            "another resource",
            TOKEN,
            new McpResource("team", "other"),
            NOW),
        Arguments.of(
            TokenDefect.token_expired,
            "expired",
            TOKEN,
            RESOURCE,
            NOW.plus(SomeSignIn.LIFETIME).plus(Caller.LEEWAY)),
        Arguments.of(
            TokenDefect.token_claims,
            "no sign-in",
            KEYS.sign(
                AccessTokens.TYPE,
                new JWTClaimsSet.Builder(claims).claim("sid", null).build(),
                NOW),
            RESOURCE,
            NOW));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("rejected")
  void rejects(TokenDefect defect, String name, String token, McpResource resource, Instant when)
      throws Exception {
    signIns.create(SIGN_IN);
    now = when;
    Authentication result = done(authenticator.authenticate("Bearer " + token, resource));
    assertDefect(defect, result);
    assertThat(((Rejected) result).why()).doesNotContain(token);
  }

  @Test
  void theSignInMustBeForTheResourceToo() throws Exception {
    SignIn other =
        new SignIn(
            SIGN_IN.id(),
            SIGN_IN.person(),
            Optional.of(new McpResource("team", "other")),
            SIGN_IN.client(),
            SIGN_IN.scopes(),
            NOW,
            NOW,
            SIGN_IN.refresh(),
            false,
            Optional.empty());
    signIns.create(other);
    assertDefect(TokenDefect.token_audience, result(TOKEN));
  }

  @Test
  void aTokenStaysGoodAfterItsKeyWasReplaced() throws Exception {
    signIns.create(SIGN_IN);
    keys = KEYS.rotated(NOW, SomeSignIn.ABSOLUTE, new SecureRandom()).keys();
    now = NOW.plusSeconds(100);
    assertThat(result(TOKEN)).isInstanceOf(Authenticated.class);
    assertThat(result(TOKENS.mint(keys, SIGN_IN, CLIENT, List.of(), now)))
        .isInstanceOf(Authenticated.class);
  }

  private static String mint(SignIn signIn) {
    return TOKENS.mint(KEYS, signIn, CLIENT, List.of(), NOW);
  }

  private static SignIn signIn(int number) {
    return SomeSignIn.stored(String.format("%040x", number));
  }

  private CompletionStage<Authentication> authenticate(String token) {
    return authenticator.authenticate("Bearer " + token, RESOURCE);
  }

  private Authentication result(String token) {
    return done(authenticate(token));
  }

  private static Authentication done(CompletionStage<Authentication> stage) {
    CompletableFuture<Authentication> future = stage.toCompletableFuture();
    assertThat(future).isDone();
    return future.join();
  }

  private static CompletionStage<Authentication> done(Authentication result) {
    return CompletableFuture.completedStage(result);
  }

  private void runBackground() {
    for (Runnable next = background.poll(); next != null; next = background.poll()) {
      next.run();
    }
  }

  private static void assertDefect(TokenDefect defect, Authentication result) {
    assertThat(result)
        .isInstanceOfSatisfying(
            Rejected.class, rejected -> assertThat(rejected.defect()).isEqualTo(defect));
  }
}

package dev.mcpsession.gateway.auth;

import static dev.mcpsession.gateway.auth.TestToken.RESOURCE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.mcpsession.VirtualTime;
import dev.mcpsession.gateway.auth.Authentication.Authenticated;
import dev.mcpsession.gateway.auth.Authentication.Missing;
import dev.mcpsession.gateway.auth.Authentication.Rejected;
import dev.mcpsession.gateway.auth.Authentication.Undecided;
import dev.mcpsession.gateway.route.McpResource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JwtAuthenticatorTest {
  private static final TestKey ONE = TestKey.rsa("one");
  private static final TestKey TWO = TestKey.ec("two");
  private static final TestKey FOREIGN = TestKey.ec("foreign");
  private static final String OTHER_ISSUER = "https://other.example";
  private static final TestToken GOOD = TestToken.good();

  private final VirtualTime time = new VirtualTime();
  private final KeysOnRequest keys = new KeysOnRequest(ONE.jwk());
  private final KeysOnRequest otherKeys = new KeysOnRequest(FOREIGN.jwk());
  private final IssuerSettings other =
      new IssuerSettings(OTHER_ISSUER, List.of("mcp"), null, "sub", "groups", List.of(), null);
  private final JwtAuthenticator authenticator = newAuthenticator(Runnable::run);

  private JwtAuthenticator newAuthenticator(Executor background) {
    return new JwtAuthenticator(
        List.of(TestToken.issuer(), other),
        issuer -> issuer.issuer().equals(OTHER_ISSUER) ? otherKeys : keys,
        TestToken.metadata(TestToken.issuer(), other),
        time,
        time,
        background);
  }

  @AfterEach
  void close() {
    authenticator.close();
  }

  @Test
  void aGoodTokenIsAccepted() {
    authenticator.tick();
    assertThat(authenticate("Bearer " + GOOD.signedBy(ONE)))
        .isInstanceOfSatisfying(
            Authenticated.class,
            good -> assertThat(good.caller().user().name()).isEqualTo("alice"));
  }

  @Test
  void withoutABearerTokenThereIsNone() {
    authenticator.tick();
    assertThat(authenticate(null)).isEqualTo(new Missing());
    assertThat(authenticate("Basic YTpi")).isEqualTo(new Missing());
    assertThat(defect("Bearer")).isEqualTo(TokenDefect.token_malformed);
  }

  static Stream<Arguments> rejected() {
    String good = GOOD.signedBy(ONE);
    String[] parts = good.split("\\.", -1);
    byte[] pem = TestToken.encoded(ONE.pair().getPublic().getEncoded()).getBytes(UTF_8);
    byte[] jwk = JSONObjectUtils.toJSONString(ONE.jwk()).getBytes(UTF_8);
    String none = GOOD.withHeader("alg", "none").withHeader("kid", "one").unsigned();
    Map<String, Object> foreign = FOREIGN.jwk();
    return Stream.of(
        rejected(TokenDefect.token_algorithm, "alg none", none + "." + parts[2]),
        rejected(TokenDefect.token_malformed, "alg none without signature", none + "."),
        rejected(
            TokenDefect.token_algorithm,
            "HS256 with the public key as secret",
            GOOD.signedBySecret("one", pem)),
        rejected(
            TokenDefect.token_algorithm,
            "HS256 with the X.509 form as secret",
            GOOD.signedBySecret("one", ONE.pair().getPublic().getEncoded())),
        rejected(
            TokenDefect.token_algorithm,
            "HS256 with the JWK as secret",
            GOOD.signedBySecret("one", jwk)),
        rejected(
            TokenDefect.token_algorithm,
            "an EC key under the name of the RSA key",
            GOOD.signedBy(new TestKey("one", "ES256", FOREIGN.pair()))),
        rejected(
            TokenDefect.token_signature,
            "another RSA key under its name",
            GOOD.signedBy(TestKey.rsa("one"))),
        rejected(
            TokenDefect.token_key,
            "a key that the token brings along",
            GOOD.withHeader("jwk", foreign).signedBy(FOREIGN)),
        rejected(
            TokenDefect.token_key,
            "a key that the token gives a URL of",
            GOOD.withHeader("jku", "https://evil.example/jwks").signedBy(FOREIGN)),
        rejected(
            TokenDefect.token_key,
            "the key of another accepted issuer",
            GOOD.signedBy(new TestKey("foreign", "ES256", FOREIGN.pair()))),
        rejected(
            TokenDefect.token_issuer,
            "issuer that is not accepted",
            GOOD.with("iss", "https://evil.example").signedBy(ONE)),
        rejected(TokenDefect.token_key, "key id with a path", named("../../keys/one")),
        rejected(TokenDefect.token_key, "key id with a query", named("x' OR '1'='1")),
        rejected(
            TokenDefect.token_signature,
            "another's signature",
            parts[0]
                + "."
                + parts[1]
                + "."
                + GOOD.with("sub", "bob").signedBy(ONE).split("\\.", -1)[2]),
        rejected(
            TokenDefect.token_audience,
            "wrong audience",
            GOOD.with("aud", "account").signedBy(ONE)),
        rejected(TokenDefect.token_type, "ID token", GOOD.with("typ", "ID").signedBy(ONE)),
        rejected(
            TokenDefect.token_bound,
            "bound token",
            GOOD.with("cnf", Map.of("jkt", "x")).signedBy(ONE)),
        rejected(TokenDefect.token_claims, "no expiry", GOOD.without("exp").signedBy(ONE)),
        rejected(TokenDefect.token_too_long, "huge", good + "A".repeat(BearerToken.LONGEST)));
  }

  private static String named(String id) {
    return GOOD.signedBy(new TestKey(id, "RS256", ONE.pair()));
  }

  private static Arguments rejected(TokenDefect defect, String name, String token) {
    return arguments(name, token, defect);
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource
  void rejected(String name, String token, TokenDefect defect) {
    authenticator.tick();
    Authentication answer = authenticate("Bearer " + token);
    assertThat(answer).isInstanceOf(Rejected.class);
    Rejected rejected = (Rejected) answer;
    assertThat(rejected.defect()).isEqualTo(defect);
    for (String secret : List.of("alice", "foreign", "evil.example", "passwd", "one\"")) {
      assertThat(rejected.why()).doesNotContain(secret);
    }
  }

  @Test
  void nothingButTheTokenItselfIsAccepted() {
    authenticator.tick();
    keys.publish(ONE.jwk(), TWO.jwk());
    pass(IssuerKeys.REFRESH);
    TestToken lasting = GOOD.with("exp", time.instant().plusSeconds(86_400).getEpochSecond());
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(12);
    for (String token : List.of(lasting.signedBy(ONE), lasting.signedBy(TWO))) {
      assertThat(authenticate("Bearer " + token)).isInstanceOf(Authenticated.class);
      for (int trial = 0; trial < 2000; trial++) {
        String mutated = mutated(token, random);
        if (!mutated.equals(token)) {
          assertThat(authenticate("Bearer " + mutated)).as(mutated).isInstanceOf(Rejected.class);
        }
      }
    }
  }

  private static String mutated(String token, RandomGenerator random) {
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n\0é";
    StringBuilder mutated = new StringBuilder(token);
    int mutations = 1 + random.nextInt(3);
    for (int i = 0; i < mutations; i++) {
      int at = random.nextInt(mutated.length());
      char character = alphabet.charAt(random.nextInt(alphabet.length()));
      switch (random.nextInt(5)) {
        case 0 -> mutated.setCharAt(at, character);
        case 1 -> mutated.insert(at, character);
        case 2 -> mutated.deleteCharAt(at);
        case 3 -> mutated.setLength(Math.max(1, at));
        default -> mutated.insert(at, mutated.substring(random.nextInt(mutated.length())));
      }
    }
    // The server strips what surrounds a header's value, and so do we.
    return mutated.toString().strip();
  }

  @Test
  void eachIssuerHasItsOwnKeysAudienceAndUserClaim() {
    authenticator.tick();
    String token = GOOD.with("iss", OTHER_ISSUER).with("aud", "mcp").signedBy(FOREIGN);
    assertThat(authenticate("Bearer " + token))
        .isInstanceOfSatisfying(
            Authenticated.class,
            good -> {
              assertThat(good.caller().user().owner().issuer()).isEqualTo(OTHER_ISSUER);
              assertThat(good.caller().user().name()).isEqualTo("alice-123");
            });
    assertThat(defect("Bearer " + GOOD.with("iss", OTHER_ISSUER).signedBy(FOREIGN)))
        .isEqualTo(TokenDefect.token_audience);
  }

  @Test
  void aKnownTokenIsStillJudgedForEachResourceAndUntilItsExpiry() {
    authenticator.tick();
    String token = "Bearer " + GOOD.signedBy(ONE);
    assertThat(authenticate(token)).isInstanceOf(Authenticated.class);
    assertThat(authenticate(token, new McpResource("team", "other")))
        .isInstanceOfSatisfying(
            Rejected.class, it -> assertThat(it.defect()).isEqualTo(TokenDefect.token_audience));
    time.pass(Duration.ofSeconds(359));
    assertThat(authenticate(token)).isInstanceOf(Authenticated.class);
    time.pass(Duration.ofSeconds(1));
    assertThat(defect(token)).isEqualTo(TokenDefect.token_expired);
  }

  @Test
  void aTokenOfAWithdrawnKeyIsAcceptedForSixtySecondsMoreAtMost() {
    authenticator.tick();
    TestToken lasting = GOOD.with("exp", time.instant().plusSeconds(86_400).getEpochSecond());
    String token = "Bearer " + lasting.signedBy(ONE);
    time.pass(IssuerKeys.REFRESH);
    assertThat(authenticate(token)).isInstanceOf(Authenticated.class);
    keys.publish(TWO.jwk());
    authenticator.tick();
    time.pass(Duration.ofSeconds(59));
    assertThat(authenticate(token)).isInstanceOf(Authenticated.class);
    time.pass(Duration.ofSeconds(1));
    assertThat(defect(token)).isEqualTo(TokenDefect.token_key);
  }

  @Test
  void afterARotationTheNewKeyIsFetchedForTheFirstTokenAndBothAreAccepted() {
    authenticator.tick();
    keys.publish(ONE.jwk(), TWO.jwk());
    assertThat(authenticate("Bearer " + GOOD.signedBy(TWO))).isInstanceOf(Authenticated.class);
    assertThat(authenticate("Bearer " + GOOD.signedBy(ONE))).isInstanceOf(Authenticated.class);
    assertThat(keys.requests()).isEqualTo(2);
  }

  @Test
  void unknownKeysLeadToOneRequestInTenSeconds() {
    authenticator.tick();
    for (int second = 0; second < 25; second++) {
      for (int token = 0; token < 20; token++) {
        assertThat(defect("Bearer " + named("forged-" + second + "-" + token)))
            .isEqualTo(TokenDefect.token_key);
      }
      time.pass(Duration.ofSeconds(1));
    }
    assertThat(keys.requests()).isEqualTo(1 + 3);
  }

  @Test
  void beforeTheIssuerEverAnsweredNothingIsDecided() {
    keys.goAway("no answer from https://sso.example");
    authenticator.tick();
    assertThat(authenticate("Bearer " + GOOD.signedBy(ONE)))
        .isInstanceOfSatisfying(
            Undecided.class,
            it -> assertThat(it.why()).contains(TestToken.ISSUER, "try again later"));
    assertThat(authenticator.away())
        .containsExactly(
            "issuer "
                + TestToken.ISSUER
                + ": no answer from https://sso.example; its tokens are answered with 503");
    assertThat(defect("Bearer " + GOOD.withHeader("alg", "none").unsigned() + ".AA"))
        .isEqualTo(TokenDefect.token_algorithm);

    keys.publish(ONE.jwk());
    pass(Duration.ofSeconds(2));
    assertThat(authenticate("Bearer " + GOOD.signedBy(ONE))).isInstanceOf(Authenticated.class);
    assertThat(authenticator.away()).isEmpty();
  }

  @Test
  void whileTheIssuerIsAwayItsLastKeysAreUsed() {
    authenticator.tick();
    keys.goAway("no answer");
    TestToken lasting = GOOD.with("exp", time.instant().plusSeconds(864_000).getEpochSecond());
    pass(Duration.ofDays(2));
    assertThat(authenticator.away()).singleElement().asString().endsWith("its last keys are used");
    assertThat(authenticate("Bearer " + lasting.signedBy(ONE))).isInstanceOf(Authenticated.class);
    assertThat(authenticate("Bearer " + lasting.signedBy(TWO)))
        .as("perhaps a new key")
        .isInstanceOf(Undecided.class);
    assertThat(defect("Bearer " + lasting.signedBy(TestKey.rsa("one"))))
        .isEqualTo(TokenDefect.token_signature);
  }

  @Test
  void whileAnIssuerHangsItsTokensWaitAndOthersAreAnsweredAtOnce() {
    try (JwtAuthenticator running = newAuthenticator(task -> Thread.ofVirtual().start(task))) {
      CountDownLatch gate = keys.hold();
      running.tick();
      await().until(() -> keys.requests() == 1 && running.away().size() == 1);
      CompletableFuture<Authentication> waiting =
          running.authenticate("Bearer " + GOOD.signedBy(ONE), RESOURCE).toCompletableFuture();
      String token = GOOD.with("iss", OTHER_ISSUER).with("aud", "mcp").signedBy(FOREIGN);
      assertThat(running.authenticate("Bearer " + token, RESOURCE).toCompletableFuture())
          .isCompletedWithValueMatching(Authenticated.class::isInstance);
      assertThat(waiting).isNotDone();
      gate.countDown();
      await().until(waiting::isDone);
      assertThat(waiting.join()).isInstanceOf(Authenticated.class);
    }
  }

  private TokenDefect defect(String authorization) {
    Authentication answer = authenticate(authorization);
    assertThat(answer).isInstanceOf(Rejected.class);
    return ((Rejected) answer).defect();
  }

  private Authentication authenticate(String authorization) {
    return authenticate(authorization, RESOURCE);
  }

  private Authentication authenticate(String authorization, McpResource resource) {
    CompletableFuture<Authentication> answer =
        authenticator.authenticate(authorization, resource).toCompletableFuture();
    assertThat(answer).isDone();
    return answer.join();
  }

  private void pass(Duration duration) {
    time.pass(duration);
    authenticator.tick();
  }
}

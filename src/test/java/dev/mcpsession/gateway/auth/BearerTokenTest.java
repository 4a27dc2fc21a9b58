package dev.mcpsession.gateway.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BearerTokenTest {
  private static final TestKey KEY = TestKey.ec("one");
  private static final TestToken GOOD = TestToken.good();

  @ParameterizedTest
  @ValueSource(
      strings = {"Bearer abc", "bearer abc", "BEARER abc", "bEaReR   abc", " Bearer abc  "})
  void theSchemeHasNoCase(String authorization) {
    assertThat(BearerToken.in(authorization)).contains("abc");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Basic YTpi", "abc", "Bearerabc", "DPoP abc", "Bearer\tabc"})
  void anotherSchemeIsNoToken(String authorization) {
    assertThat(BearerToken.in(authorization)).isEmpty();
  }

  @Test
  void aSchemeAloneIsAnEmptyTokenWhichIsRefused() {
    assertThat(BearerToken.in("Bearer")).isEqualTo(Optional.of(""));
    assertThat(BearerToken.in("Bearer ")).isEqualTo(Optional.of(""));
    assertThat(defect("")).isEqualTo(TokenDefect.token_malformed);
  }

  static Stream<Arguments> refused() {
    String signed = GOOD.signedBy(KEY);
    String[] parts = signed.split("\\.", -1);
    return Stream.of(
        refused(TokenDefect.token_malformed, "no JWT", "abc"),
        refused(TokenDefect.token_malformed, "two values of the header", signed + ", Bearer x"),
        refused(TokenDefect.token_malformed, "line break", signed + "\n"),
        refused(TokenDefect.token_malformed, "no signature", parts[0] + "." + parts[1] + "."),
        refused(TokenDefect.token_malformed, "two parts", parts[0] + "." + parts[1]),
        refused(TokenDefect.token_malformed, "encrypted", "a.b.c.d.e"),
        refused(TokenDefect.token_malformed, "padding", signed + "="),
        refused(TokenDefect.token_malformed, "no header", "e." + parts[1] + "." + parts[2]),
        refused(TokenDefect.token_malformed, "list as claims", payload("[]")),
        refused(TokenDefect.token_malformed, "null as claims", payload("null")),
        refused(TokenDefect.token_malformed, "list of pairs", payload("[[\"iss\",\"a\"]]")),
        refused(TokenDefect.token_malformed, "twice", payload("{\"iss\":\"a\",\"iss\":\"b\"}")),
        refused(TokenDefect.token_malformed, "more after it", payload("{\"iss\":\"a\"}{}")),
        refused(TokenDefect.token_malformed, "single quotes", payload("{'iss':'a'}")),
        refused(TokenDefect.token_malformed, "deeply nested", payload("[".repeat(8000))),
        refused(
            TokenDefect.token_malformed, "nested claim", payload("{\"iss\":" + "[".repeat(8000))),
        refused(TokenDefect.token_too_long, "huge", "a".repeat(BearerToken.LONGEST + 1)),
        refused(TokenDefect.token_algorithm, "alg none", unsigned("none") + ".AA"),
        refused(TokenDefect.token_algorithm, "alg nOnE", unsigned("nOnE") + ".AA"),
        refused(TokenDefect.token_malformed, "alg none, unsigned", unsigned("none") + "."),
        refused(TokenDefect.token_algorithm, "alg as a list", unsigned(List.of("ES256")) + ".AA"),
        refused(TokenDefect.token_algorithm, "no alg", GOOD.unsigned() + ".AA"),
        refused(TokenDefect.token_algorithm, "ES256K", unsigned("ES256K") + ".AA"),
        refused(TokenDefect.token_algorithm, "HS256", unsigned("HS256") + ".AA"),
        refused(
            TokenDefect.token_critical_header,
            "unknown critical header",
            GOOD.withHeader("crit", List.of("exp")).withHeader("exp", 1).signedBy(KEY)),
        refused(
            TokenDefect.token_critical_header,
            "critical header that libraries know",
            GOOD.withHeader("crit", List.of("b64")).withHeader("b64", false).signedBy(KEY)),
        refused(
            TokenDefect.token_critical_header,
            "empty list of critical headers",
            GOOD.withHeader("crit", List.of()).signedBy(KEY)),
        refused(TokenDefect.token_type, "DPoP proof", typ("dpop+jwt")),
        refused(TokenDefect.token_type, "logout token", typ("logout+jwt")),
        refused(TokenDefect.token_type, "no text as typ", typ(7)),
        refused(TokenDefect.token_type, "ID token by its header", typ("id_token+jwt")),
        refused(TokenDefect.token_issuer, "no issuer", GOOD.without("iss").signedBy(KEY)),
        refused(
            TokenDefect.token_malformed,
            "number as key id",
            GOOD.withHeader("kid", 7).withHeader("alg", "ES256").unsigned() + ".AA"));
  }

  private static String payload(String json) {
    String[] parts = GOOD.signedBy(KEY).split("\\.", -1);
    return parts[0] + "." + TestToken.encoded(json.getBytes(UTF_8)) + "." + parts[2];
  }

  private static String unsigned(Object algorithm) {
    return GOOD.withHeader("alg", algorithm).unsigned();
  }

  private static String typ(Object type) {
    return GOOD.withHeader("typ", type).signedBy(KEY);
  }

  private static Arguments refused(TokenDefect defect, String name, String token) {
    return arguments(name, token, defect);
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource
  void refused(String name, String token, TokenDefect defect) {
    assertThat(defect(token)).isEqualTo(defect);
  }

  @ParameterizedTest
  @ValueSource(strings = {"at+jwt", "AT+JWT", "JWT", "jwt", "application/at+jwt"})
  void anAccessTokenMayHaveATypeOrNone(String type) throws Exception {
    assertThat(BearerToken.parse(typ(type)).issuer()).isEqualTo(TestToken.ISSUER);
    assertThat(BearerToken.parse(GOOD.withoutHeader("typ").signedBy(KEY)).claims())
        .containsEntry("sub", "alice-123");
  }

  @Test
  void aTextThatDecodesToTheSameSignatureIsAnotherTokenAndRefused() throws Exception {
    // 64 bytes are 86 characters, of which the last has four bits to spare.
    String token = GOOD.signedBy(KEY);
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    int last = alphabet.indexOf(token.charAt(token.length() - 1));
    BearerToken.parse(token);
    for (int spare = 1; spare < 16; spare++) {
      String same = token.substring(0, token.length() - 1) + alphabet.charAt(last + spare);
      assertThat(defect(same)).isEqualTo(TokenDefect.token_malformed);
    }
  }

  @Test
  void nothingOfATokenIsShown() throws Exception {
    BearerToken token = BearerToken.parse(GOOD.with("x", Map.of("secret", 1)).signedBy(KEY));
    assertThat(token).hasToString("BearerToken");
  }

  private static TokenDefect defect(String token) {
    return catchThrowableOfType(TokenRefusedException.class, () -> BearerToken.parse(token))
        .rejected()
        .defect();
  }
}

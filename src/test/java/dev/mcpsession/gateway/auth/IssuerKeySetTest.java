package dev.mcpsession.gateway.auth;

import static dev.mcpsession.gateway.auth.IssuerKeySet.Verdict.INVALID;
import static dev.mcpsession.gateway.auth.IssuerKeySet.Verdict.UNKNOWN_KEY;
import static dev.mcpsession.gateway.auth.IssuerKeySet.Verdict.VALID;
import static dev.mcpsession.gateway.auth.IssuerKeySet.Verdict.WRONG_ALGORITHM;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.text.ParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IssuerKeySetTest {
  private static final TestKey RSA = TestKey.rsa("rsa");
  private static final TestKey EC = TestKey.ec("ec");
  private static final TestKey ED = TestKey.ed25519("ed");
  private static final TestToken GOOD = TestToken.good();

  static Stream<Arguments> verdicts() {
    Map<String, Object> secret = Map.of("kty", "oct", "kid", "rsa", "k", "c2VjcmV0");
    return Stream.of(
        arguments("RS256", RSA, keys(RSA.jwk(), EC.jwk()), VALID),
        arguments("RS512", RSA.with("RS512"), keys(RSA.jwk()), VALID),
        arguments("PS256", RSA.with("PS256"), keys(RSA.jwk()), VALID),
        arguments("ES256", EC, keys(RSA.jwk(), EC.jwk()), VALID),
        arguments("EdDSA", ED, keys(ED.jwk(), EC.jwk()), VALID),
        arguments("Ed25519", ED.with("Ed25519"), keys(ED.jwk()), VALID),
        arguments("key with its algorithm", RSA, keys(with(RSA, "alg", "RS256")), VALID),
        arguments("key for signatures", RSA, keys(with(RSA, "use", "sig")), VALID),
        arguments("key to verify", RSA, keys(with(RSA, "key_ops", List.of("verify"))), VALID),
        arguments(
            "key of another algorithm",
            RSA.with("PS256"),
            keys(with(RSA, "alg", "RS256")),
            WRONG_ALGORITHM),
        arguments("RSA key of that id", EC, keys(with(RSA, "kid", "ec")), WRONG_ALGORITHM),
        arguments(
            "another key of that id", RSA, keys(with(TestKey.rsa("x"), "kid", "rsa")), INVALID),
        arguments("two keys of one id", RSA, keys(TestKey.rsa("rsa").jwk(), RSA.jwk()), VALID),
        arguments("unknown id", RSA, keys(EC.jwk()), UNKNOWN_KEY),
        arguments("no key", RSA, keys(), UNKNOWN_KEY),
        arguments("key for encryption", RSA, keys(with(RSA, "use", "enc")), UNKNOWN_KEY),
        arguments("algorithm of encryption", RSA, keys(with(RSA, "alg", "RSA-OAEP")), UNKNOWN_KEY),
        arguments("secret", RSA, keys(secret), UNKNOWN_KEY),
        arguments("secret beside the key", RSA, keys(secret, RSA.jwk()), VALID),
        arguments("broken key beside", RSA, keys(Map.of("kty", "RSA"), RSA.jwk()), VALID),
        arguments("key of the future beside", RSA, keys(Map.of("kty", "AKP"), RSA.jwk()), VALID),
        arguments("curve of the future", EC, keys(with(EC, "crv", "P-999")), UNKNOWN_KEY));
  }

  @ParameterizedTest(name = "{0}: {3}")
  @MethodSource
  void verdicts(String name, TestKey key, String published, IssuerKeySet.Verdict verdict)
      throws Exception {
    assertThat(parsed(published).verify(BearerToken.parse(GOOD.signedBy(key)))).isEqualTo(verdict);
  }

  @Test
  void aWeakKeyIsNotUsed() throws Exception {
    TestKey weak = TestKey.weakRsa("weak");
    assertThat(parsed(keys(weak.jwk())).keys()).isEmpty();
  }

  @Test
  void aTokenThatNamesNoKeyIsTriedWithAll() throws Exception {
    BearerToken token = BearerToken.parse(GOOD.signedAnonymously(EC));
    assertThat(parsed(keys(RSA.jwk(), TestKey.ec("x").jwk(), EC.jwk())).verify(token))
        .isEqualTo(VALID);
    assertThat(parsed(keys(RSA.jwk(), TestKey.ec("x").jwk())).verify(token)).isEqualTo(UNKNOWN_KEY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../etc/passwd", "a/b?c#d", "' OR 1=1", "\u0000", "ключ", "%2e%2e"})
  void anIdIsAnyText(String id) throws Exception {
    TestKey key = new TestKey(id, "ES256", EC.pair());
    BearerToken token = BearerToken.parse(GOOD.signedBy(key));
    assertThat(parsed(keys(key.jwk())).verify(token)).isEqualTo(VALID);
    assertThat(parsed(keys(EC.jwk())).verify(token)).isEqualTo(UNKNOWN_KEY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{}", "{\"keys\": {}}", "<html>", "null"})
  void whatIsNoKeySetIsRefused(String text) {
    assertThatThrownBy(() -> parsed(text)).isInstanceOf(ParseException.class);
  }

  private static IssuerKeySet parsed(String json) throws ParseException {
    return IssuerKeySet.parse(json.getBytes(UTF_8));
  }

  private static String keys(Map<?, ?>... keys) {
    return TestToken.keySet(keys);
  }

  private static Map<String, Object> with(TestKey key, String member, Object value) {
    Map<String, Object> jwk = new HashMap<>(key.jwk());
    jwk.put(member, value);
    return jwk;
  }
}

package dev.mcpsession.signin.key;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.mcpsession.signin.key.SignInKeys.Rotation;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignInKeysTest {
  private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");
  private static final Duration KEPT = Duration.ofDays(90);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SignInKeys first = SignInKeys.generated(NOW, RANDOM);

  @Test
  void theFirstKeysAreUsedAtOnce() throws Exception {
    assertThat(signedWith(first, NOW)).isEqualTo(signingIds(first).getFirst());
    assertThat(first.open(Purpose.CODE, first.seal(Purpose.CODE, "x".getBytes(UTF_8), NOW)))
        .hasValue("x".getBytes(UTF_8));
  }

  @Test
  void aNewKeyIsUsedWhenAllReplicasKnowIt() throws Exception {
    Rotation rotation = first.rotated(NOW, KEPT, RANDOM);
    SignInKeys both = rotation.keys();
    Instant begins = NOW.plusSeconds(30);
    String old = signingIds(first).getFirst();
    assertThat(rotation.usedFrom()).isEqualTo(begins);
    assertThat(rotation.added()).hasSize(2).containsAll(withoutOld(both, first));
    assertThat(rotation.removed()).isEmpty();
    assertThat(signedWith(both, begins.minusMillis(1))).isEqualTo(old);
    assertThat(signedWith(both, begins)).isNotEqualTo(old).isIn(rotation.added());
    assertThat(sealedWith(both, begins.minusMillis(1))).isEqualTo(sealedWith(first, NOW));
    assertThat(sealedWith(both, begins)).isIn(rotation.added());
    assertThat(both.mac(Purpose.REFRESH, "x", begins.minusMillis(1)))
        .isEqualTo(first.mac(Purpose.REFRESH, "x", NOW));
    assertThat(both.mac(Purpose.REFRESH, "x", begins))
        .isNotEqualTo(first.mac(Purpose.REFRESH, "x", NOW));
    assertThat(both.macs(Purpose.REFRESH, "x"))
        .containsExactly(
            both.mac(Purpose.REFRESH, "x", NOW), both.mac(Purpose.REFRESH, "x", begins));
  }

  @Test
  void theAgeIsThatOfTheKeyInUse() {
    SignInKeys both = first.rotated(NOW, KEPT, RANDOM).keys();
    assertThat(both.age(NOW.plusSeconds(29))).isEqualTo(Duration.ofSeconds(29));
    assertThat(both.age(NOW.plusSeconds(31))).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void aClockThatIsBehindUsesTheFirstKey() throws Exception {
    assertThat(signedWith(first, NOW.minusSeconds(5))).isEqualTo(signingIds(first).getFirst());
  }

  @Test
  void whatWasSealedBeforeARotationOpensAfterIt() {
    String sealed = first.seal(Purpose.CLIENT, "content".getBytes(UTF_8), NOW);
    SignInKeys rotated = first.rotated(NOW, KEPT, RANDOM).keys();
    assertThat(rotated.open(Purpose.CLIENT, sealed)).hasValue("content".getBytes(UTF_8));
    assertThat(
            first.open(Purpose.CLIENT, rotated.seal(Purpose.CLIENT, new byte[1], NOW.plus(KEPT))))
        .as("sealed with a key that is not there")
        .isEmpty();
  }

  @Test
  void aKeyGoesWhenTheOneAfterItIsOldEnough() {
    SignInKeys two = first.rotated(NOW, KEPT, RANDOM).keys();
    Instant succeeded = NOW.plusSeconds(30);
    assertThat(two.rotated(succeeded.plus(KEPT), KEPT, RANDOM).removed()).isEmpty();
    Rotation later = two.rotated(succeeded.plus(KEPT).plusSeconds(1), KEPT, RANDOM);
    assertThat(later.removed()).containsExactlyElementsOf(first.ids());
    assertThat(later.keys().ids()).hasSize(4).doesNotContainAnyElementsOf(first.ids());
  }

  @Test
  void twoRotationsInTheSameSecondLeaveAllReplicasTheSameOrder() throws Exception {
    SignInKeys keys = first.rotated(NOW, KEPT, RANDOM).keys().rotated(NOW, KEPT, RANDOM).keys();
    SignInKeys read = SignInKeys.parse(keys.serialized());
    Instant later = NOW.plusSeconds(60);
    assertThat(signedWith(read, later)).isEqualTo(signedWith(keys, later));
    assertThat(sealedWith(read, later)).isEqualTo(sealedWith(keys, later));
  }

  @Test
  void readsWhatItWrote() throws Exception {
    SignInKeys keys = first.rotated(NOW, KEPT, RANDOM).keys();
    SignInKeys read = SignInKeys.parse(keys.serialized());
    assertThat(read.ids()).isEqualTo(keys.ids());
    assertThat(read.serialized()).isEqualTo(keys.serialized());
    assertThat(read.open(Purpose.CODE, keys.seal(Purpose.CODE, new byte[] {7}, NOW)))
        .hasValue(new byte[] {7});
  }

  @Test
  void publishesAllSigningKeysWithoutWhatIsSecret() throws Exception {
    SignInKeys keys = first.rotated(NOW, KEPT, RANDOM).keys();
    List<JWK> published = JWKSet.parse(keys.published()).getKeys();
    assertThat(published).hasSize(2).noneMatch(JWK::isPrivate);
    for (JWK key : published) {
      assertThat(key.toJSONObject().keySet())
          .isEqualTo(Set.of("kty", "crv", "x", "y", "use", "alg", "kid"));
      assertThat(key.toJSONObject()).contains(Map.entry("alg", "ES256"), Map.entry("use", "sig"));
    }
    SignedJWT token = SignedJWT.parse(token(keys, NOW));
    JWK signer = new JWKSet(published).getKeyByKeyId(token.getHeader().getKeyID());
    assertThat(token.verify(new ECDSAVerifier(signer.toECKey()))).isTrue();
    assertThat(token.getHeader().getType().getType()).isEqualTo("at+jwt");
  }

  @Test
  void saysNothingOfItself() throws Exception {
    Rotation rotation = first.rotated(NOW, KEPT, RANDOM);
    assertThat(first).hasToString("SignInKeys");
    assertThat(rotation.toString()).doesNotContain("\"d\"", "\"k\"");
    assertThat(KeySetText.newSealingKey(NOW, NOW, RANDOM)).hasToString("SealingKey");
    assertThat(KeySetText.newSigningKey(NOW, NOW, RANDOM)).hasToString("SigningKey");
  }

  static Stream<Arguments> unusable() throws Exception {
    SignInKeys keys = SignInKeys.generated(NOW, RANDOM);
    List<JWK> good = JWKSet.parse(keys.serialized()).getKeys();
    ECKey signing = good.getFirst().toECKey();
    OctetSequenceKey sealing = good.getLast().toOctetSequenceKey();
    String ec = signing.getKeyID();
    String oct = sealing.getKeyID();
    return Stream.of(
        Arguments.of("not JSON", "{", "no JSON object"),
        Arguments.of("a list", "[]", "no JSON object"),
        Arguments.of("an empty text", "", "no JSON object"),
        Arguments.of("no list of keys", "{\"keys\":{}}", "no list keys"),
        Arguments.of("a key that is a text", "{\"keys\":[\"x\"]}", "key 1 of the JWK set"),
        Arguments.of("an unknown type", "{\"keys\":[{\"kty\":\"X\"}]}", "key 1 of the JWK set"),
        Arguments.of("no key to seal with", set(signing), "no key of kty oct"),
        Arguments.of("no key to sign with", set(sealing), "no key of kty EC"),
        Arguments.of(
            "no id",
            set(sealing, new ECKey.Builder(signing).keyID(null).build()),
            "key 2 of the JWK set: its kid"),
        Arguments.of(
            "an id that could not be told from what follows it",
            set(new ECKey.Builder(signing).keyID("a.b").build(), sealing),
            "key 1 of the JWK set: its kid"),
        Arguments.of(
            "one id twice",
            set(signing, new OctetSequenceKey.Builder(sealing).keyID(ec).build()),
            "key " + ec + " of the JWK set: there is another one"),
        Arguments.of(
            "no nbf",
            set(new ECKey.Builder(signing).notBeforeTime(null).build(), sealing),
            "key " + ec + " of the JWK set: it must have the times"),
        Arguments.of(
            "no iat",
            set(signing, new OctetSequenceKey.Builder(sealing).issueTime(null).build()),
            "key " + oct + " of the JWK set: it must have the times"),
        Arguments.of(
            "no use",
            set(new ECKey.Builder(signing).keyUse(null).build(), sealing),
            "key " + ec + " of the JWK set: it is neither"),
        Arguments.of("a public key", set(signing.toPublicJWK(), sealing), "must be a private key"),
        Arguments.of(
            "another curve",
            set(
                new ECKeyGenerator(Curve.P_384)
                    .keyID("p384")
                    .keyUse(KeyUse.SIGNATURE)
                    .issueTime(Date.from(NOW))
                    .notBeforeTime(Date.from(NOW))
                    .generate(),
                sealing),
            "key p384 of the JWK set: it must be a private key of the curve P-256"),
        Arguments.of(
            "a short key",
            set(signing, changed(sealing, it -> it.substring(4))),
            "key " + oct + " of the JWK set: it must have 32 bytes"));
  }

  private static OctetSequenceKey changed(OctetSequenceKey key, UnaryOperator<String> change)
      throws ParseException {
    Map<String, Object> members = key.toJSONObject();
    members.computeIfPresent("k", (name, value) -> change.apply((String) value));
    return OctetSequenceKey.parse(members);
  }

  private static String set(JWK... keys) {
    return new JWKSet(List.of(keys)).toString(false);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unusable")
  void saysWhatIsWrongWithKeysAndNothingOfThem(String name, String text, String why) {
    assertThatThrownBy(() -> SignInKeys.parse(text))
        .isInstanceOf(ParseException.class)
        .hasNoCause()
        .hasMessageContaining(why)
        .message()
        .satisfies(message -> assertThat(secrets(text)).noneMatch(message::contains));
  }

  private static List<String> secrets(String text) {
    List<String> secrets = new ArrayList<>();
    var matcher = Pattern.compile("\"[dkxy]\":\"([^\"]+)\"").matcher(text);
    while (matcher.find()) {
      secrets.add(matcher.group(1));
    }
    return secrets;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "a", "a.", ".a", "a.b.c", "é.é", "=.="})
  void opensNothingThatItHasNotSealed(String text) {
    assertThat(first.open(Purpose.CODE, text)).isEmpty();
    assertThat(first.open(Purpose.CODE, sealedWith(first, NOW) + "." + text)).isEmpty();
  }

  private static List<String> signingIds(SignInKeys keys) throws ParseException {
    return JWKSet.parse(keys.published()).getKeys().stream().map(JWK::getKeyID).toList();
  }

  private static List<String> withoutOld(SignInKeys all, SignInKeys old) {
    return all.ids().stream().filter(id -> !old.ids().contains(id)).toList();
  }

  private static String signedWith(SignInKeys keys, Instant when) throws ParseException {
    return SignedJWT.parse(token(keys, when)).getHeader().getKeyID();
  }

  private static String sealedWith(SignInKeys keys, Instant when) {
    return keys.seal(Purpose.CODE, new byte[0], when).split("\\.", -1)[0];
  }

  private static String token(SignInKeys keys, Instant when) {
    return keys.sign(
        new JOSEObjectType("at+jwt"), new JWTClaimsSet.Builder().subject("alice").build(), when);
  }
}

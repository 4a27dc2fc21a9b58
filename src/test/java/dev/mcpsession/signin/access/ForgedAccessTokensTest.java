package dev.mcpsession.signin.access;

import static dev.mcpsession.signin.token.SomeSignIn.CLIENT;
import static dev.mcpsession.signin.token.SomeSignIn.NOW;
import static dev.mcpsession.signin.token.SomeSignIn.RESOURCE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.mcpsession.gateway.auth.Authentication;
import dev.mcpsession.signin.identity.MemorySignIns;
import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.key.SignInKeys;
import dev.mcpsession.signin.token.AccessTokens;
import dev.mcpsession.signin.token.SomeSignIn;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Access tokens by somebody who has no key of the gateway, but knows what it publishes, and has a
 * good token (RFC 8725, section 2).
 */
class ForgedAccessTokensTest {
  private static final SignInKeys KEYS = SignInKeys.generated(NOW, new SecureRandom());
  private static final AccessTokens TOKENS = SomeSignIn.accessTokens();
  private static final SignIn SIGN_IN = SomeSignIn.stored("a".repeat(40));
  private static final String GOOD = TOKENS.mint(KEYS, SIGN_IN, CLIENT, SomeSignIn.SCOPES, NOW);

  private final MemorySignIns signIns = new MemorySignIns(() -> NOW);
  private final SignInAuthenticator authenticator =
      new SignInAuthenticator(
          TOKENS, () -> KEYS, signIns, Optional.empty(), () -> NOW, Runnable::run);

  @BeforeEach
  void theSignInIsThere() throws Exception {
    signIns.create(SIGN_IN);
  }

  static Stream<Arguments> forgeries() throws Exception {
    JWTClaimsSet claims = SignedJWT.parse(GOOD).getJWTClaimsSet();
    ECKey published = JWKSet.parse(KEYS.published()).getKeys().getFirst().toECKey();
    ECKey own = new ECKeyGenerator(Curve.P_256).keyID(published.getKeyID()).generate();
    ECKey stranger = new ECKeyGenerator(Curve.P_256).keyID("../../../dev/null").generate();
    String[] parts = GOOD.split("\\.", -1);
    String none = unsigned("{\"alg\":\"none\",\"typ\":\"at+jwt\"}", claims);
    return Stream.of(
        Arguments.of("not signed", none),
        Arguments.of("not signed, with a signature", none + parts[2]),
        Arguments.of(
            "not signed, in other letters",
            unsigned("{\"alg\":\"nOnE\",\"typ\":\"at+jwt\"}", claims) + parts[2]),
        Arguments.of("without an algorithm", unsigned("{\"typ\":\"at+jwt\"}", claims) + parts[2]),
        Arguments.of("without its signature", parts[0] + "." + parts[1] + "."),
        Arguments.of(
            "with the signature that any key verifies",
            parts[0] + "." + parts[1] + "." + Base64URL.encode(new byte[64])),
        Arguments.of(
            "with the public key as the secret of an HMAC",
            signed(
                JWSAlgorithm.HS256, published, claims, mac(published.toPublicKey().getEncoded()))),
        Arguments.of(
            "with the published document as the secret of an HMAC",
            signed(JWSAlgorithm.HS256, published, claims, mac(KEYS.published().getBytes(UTF_8)))),
        Arguments.of(
            "with a key of the same id",
            signed(JWSAlgorithm.ES256, own, claims, new ECDSASigner(own))),
        Arguments.of(
            "with a key whose id is a path",
            signed(JWSAlgorithm.ES256, stranger, claims, new ECDSASigner(stranger))),
        Arguments.of(
            "with a key that it brings",
            signed(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                    .type(AccessTokens.TYPE)
                    .keyID(own.getKeyID())
                    .jwk(own.toPublicJWK())
                    .build(),
                claims,
                new ECDSASigner(own))),
        Arguments.of(
            "with a key that is to be fetched",
            signed(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                    .type(AccessTokens.TYPE)
                    .keyID("theirs")
                    .jwkURL(URI.create("https://evil.example/jwks"))
                    .build(),
                claims,
                new ECDSASigner(own))),
        Arguments.of(
            "with a header that must be understood",
            signed(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                    .type(AccessTokens.TYPE)
                    .keyID(own.getKeyID())
                    .criticalParams(java.util.Set.of("exp"))
                    .customParam("exp", 0)
                    .build(),
                claims,
                new ECDSASigner(own))),
        Arguments.of("an ID token", KEYS.sign(JOSEObjectType.JWT, claims, NOW)),
        Arguments.of(
            "a token of another gateway",
            TOKENS.mint(
                SignInKeys.generated(NOW, new SecureRandom()), SIGN_IN, CLIENT, List.of(), NOW)),
        Arguments.of(
            "a header twice",
            Base64URL.encode("{\"alg\":\"ES256\",\"alg\":\"none\"}")
                + "."
                + parts[1]
                + "."
                + parts[2]),
        Arguments.of("with a line break", parts[0] + "\n." + parts[1] + "." + parts[2]),
        Arguments.of("in more letters", GOOD + "=="),
        Arguments.of("with a null byte", GOOD + "\0"),
        Arguments.of("twice", GOOD + ", Bearer " + GOOD),
        Arguments.of(
            "a long one", parts[0] + "." + parts[1] + "A".repeat(20_000) + "." + parts[2]));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forgeries")
  void noTokenIsAcceptedThatTheGatewayHasNotSigned(String name, String token) {
    assertThat(result(token)).isInstanceOf(Authentication.Rejected.class);
    assertThat(signIns.reads()).as("asked of the API server").isZero();
  }

  @Test
  void theGoodOneIsAccepted() {
    assertThat(result(GOOD)).isInstanceOf(Authentication.Authenticated.class);
  }

  private Authentication result(String token) {
    return authenticator.authenticate("Bearer " + token, RESOURCE).toCompletableFuture().join();
  }

  private static String unsigned(String header, JWTClaimsSet claims) {
    return Base64URL.encode(header) + "." + Base64URL.encode(claims.toString()) + ".";
  }

  /** HS256 wants 32 bytes at least. */
  private static JWSSigner mac(byte[] secret) throws JOSEException {
    return new MACSigner(Arrays.copyOf(secret, Math.max(secret.length, 32)));
  }

  private static String signed(
      JWSAlgorithm algorithm, ECKey key, JWTClaimsSet claims, JWSSigner signer)
      throws JOSEException {
    return signed(
        new JWSHeader.Builder(algorithm).type(AccessTokens.TYPE).keyID(key.getKeyID()).build(),
        claims,
        signer);
  }

  private static String signed(JWSHeader header, JWTClaimsSet claims, JWSSigner signer)
      throws JOSEException {
    SignedJWT token = new SignedJWT(header, claims);
    token.sign(signer);
    return token.serialize();
  }
}

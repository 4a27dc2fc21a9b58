package dev.mcpsession.gateway.auth;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * PURE. A public key with which an issuer's signatures are verified.
 *
 * @param id empty: the issuer gives it none
 * @param algorithms which it is for
 */
public record VerificationKey(
    Optional<String> id, Set<JWSAlgorithm> algorithms, JWSVerifier verifier) {
  /** Smaller ones must not be used (RFC 7518, section 3.3). */
  private static final int SMALLEST_RSA = 2048;

  private static final Map<Curve, Set<JWSAlgorithm>> BY_CURVE =
      Map.of(
          Curve.P_256, Set.of(JWSAlgorithm.ES256),
          Curve.P_384, Set.of(JWSAlgorithm.ES384),
          Curve.P_521, Set.of(JWSAlgorithm.ES512));

  /** Empty if the key is for something else, is too weak, or is a secret. */
  static Optional<VerificationKey> of(JWK key) throws JOSEException {
    if (!isForSignatures(key)) {
      return Optional.empty();
    }
    return switch (key) {
      case RSAKey rsa when rsa.size() >= SMALLEST_RSA ->
          of(key, JWSAlgorithm.Family.RSA, new RSASSAVerifier(rsa.toRSAPublicKey()));
      case ECKey ec ->
          of(
              key,
              BY_CURVE.getOrDefault(ec.getCurve(), Set.of()),
              new ECDSAVerifier(ec.toECPublicKey()));
      case OctetKeyPair pair when Curve.Ed25519.equals(pair.getCurve()) ->
          of(
              key,
              Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519),
              new Ed25519Signature(pair.getX()));
      default -> Optional.empty();
    };
  }

  private static Optional<VerificationKey> of(
      JWK key, Set<JWSAlgorithm> possible, JWSVerifier verifier) {
    @Nullable Algorithm only = key.getAlgorithm();
    Set<JWSAlgorithm> algorithms =
        possible.stream()
            .filter(algorithm -> only == null || algorithm.getName().equals(only.getName()))
            .collect(Collectors.toUnmodifiableSet());
    return algorithms.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new VerificationKey(Optional.ofNullable(key.getKeyID()), algorithms, verifier));
  }

  private static boolean isForSignatures(JWK key) {
    @Nullable KeyUse use = key.getKeyUse();
    @Nullable Set<KeyOperation> operations = key.getKeyOperations();
    return (use == null || use.equals(KeyUse.SIGNATURE))
        && (operations == null || operations.contains(KeyOperation.VERIFY));
  }

  boolean verifies(BearerToken token) {
    try {
      return verifier.verify(
          token.header(),
          token.signedText().getBytes(StandardCharsets.US_ASCII),
          token.signature());
    } catch (JOSEException | RuntimeException e) {
      return false; // such as a signature of the wrong length; who sends it must not break more
    }
  }
}

package dev.mcpsession.signin.key;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;

/** A key that tokens are signed with. */
final class SigningKey implements DatedKey {
  private final ECKey jwk;
  private final JWSSigner signer;

  /**
   * @throws JOSEException if it is no private key of curve P-256
   */
  SigningKey(ECKey jwk) throws JOSEException {
    this.jwk = jwk;
    this.signer = new ECDSASigner(jwk);
  }

  @Override
  public ECKey jwk() {
    return jwk;
  }

  /** Without what is secret, and with the algorithm. */
  ECKey published() {
    return new ECKey.Builder(jwk.toPublicJWK())
        .algorithm(JWSAlgorithm.ES256)
        .issueTime(null)
        .notBeforeTime(null)
        .build();
  }

  /** A JWT in its compact form, signed by ES256. */
  String sign(JOSEObjectType type, JWTClaimsSet claims) {
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256).type(type).keyID(id()).build(), claims);
    try {
      token.sign(signer);
    } catch (JOSEException e) {
      throw new IllegalStateException("a P-256 key signs any text by ES256", e);
    }
    return token.serialize();
  }

  /** Says nothing of the key. */
  @Override
  public String toString() {
    return "SigningKey";
  }
}

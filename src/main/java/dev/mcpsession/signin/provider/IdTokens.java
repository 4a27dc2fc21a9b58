package dev.mcpsession.signin.provider;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.BadJWSException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.text.ParseException;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Validates ID tokens (OpenID Connect Core 1.0, section 3.1.3.7) of one issuer for one client.
 *
 * @param issuer letter for letter
 */
record IdTokens(String issuer, String clientId, Failures failures) {
  /** Those of public keys; a key is used for the ones that it is for. */
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512);

  /** How Nimbus says so, by an exception of no class of its own. */
  private static final String EXPIRED = "Expired JWT";

  /**
   * Parses an ID token; nothing of it is verified.
   *
   * @param text null: the provider gave none
   */
  JWT parse(@Nullable String text) throws ProviderException {
    if (text == null) {
      throw failures.misconfigured(
          "the identity provider gives no ID token; check that the client may use OpenID Connect,"
              + " and scopes in signIn.identityProvider");
    }
    try {
      return JWTParser.parse(text);
    } catch (ParseException e) {
      throw failures.mismatch("the ID token is not a JWT");
    }
  }

  /** Whether the key that it names is among these; one without a name may be of any. */
  static boolean isKeyKnown(JWT token, JWKSet keys) {
    return token instanceof SignedJWT signed
        && signed.getHeader().getKeyID() != null
        && keys.getKeyByKeyId(signed.getHeader().getKeyID()) != null;
  }

  /**
   * The claims of a token that is good.
   *
   * @throws ProviderException MISMATCH if it is not of this issuer, for this client and of this
   *     sign-in; REFUSED if it is not good at this time
   */
  Map<String, Object> verified(JWT token, JWKSet keys, String nonce) throws ProviderException {
    IDTokenValidator validator =
        new IDTokenValidator(
            new Issuer(issuer),
            new ClientID(clientId),
            new JWSVerificationKeySelector<SecurityContext>(
                ALGORITHMS, new ImmutableJWKSet<>(keys)),
            null);
    try {
      validator.validate(token, new Nonce(nonce));
      JWTClaimsSet claims = token.getJWTClaimsSet();
      // Nimbus looks at it only if there are several audiences.
      Object authorized = claims.getClaim("azp");
      if (authorized != null && !authorized.equals(clientId)) {
        throw failures.mismatch("the ID token is for another client (azp)");
      }
      return claims.getClaims();
    } catch (BadJWSException e) {
      throw failures.mismatch("the ID token is not signed with a key of the identity provider");
    } catch (BadJOSEException | JOSEException | ParseException | RuntimeException e) {
      if (EXPIRED.equals(e.getMessage())) {
        throw failures.refused("its ID token has expired; its clock and the gateway's may differ");
      }
      // Without the message, which may repeat what is in the token.
      throw failures.mismatch(defect(token, nonce));
    }
  }

  private String defect(JWT token, String nonce) {
    if (!(token instanceof SignedJWT)) {
      return "the ID token is not signed";
    }
    try {
      JWTClaimsSet claims = token.getJWTClaimsSet();
      if (!issuer.equals(claims.getIssuer())) {
        return "the ID token is of another issuer";
      }
      if (!claims.getAudience().contains(clientId)) {
        return "the ID token is for another client";
      }
      return Objects.equals(claims.getClaim("nonce"), nonce)
          ? "the ID token's claims are not valid, or its time is in the future"
          : "the ID token is of another sign-in (nonce)";
    } catch (ParseException e) {
      return "the ID token has no claims";
    }
  }
}

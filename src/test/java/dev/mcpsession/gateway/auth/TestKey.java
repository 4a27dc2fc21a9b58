package dev.mcpsession.gateway.auth;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Map;

/**
 * A key of an issuer, with which the JDK signs, not the library under test.
 *
 * @param id as in its JWK
 * @param algorithm of JWS with which it signs
 */
record TestKey(String id, String algorithm, KeyPair pair) {
  static TestKey rsa(String id) {
    return made(id, "RS256", "RSA", 2048);
  }

  /** Too small to be used. */
  static TestKey weakRsa(String id) {
    return made(id, "RS256", "RSA", 1024);
  }

  static TestKey ec(String id) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return new TestKey(id, "ES256", generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static TestKey ed25519(String id) {
    return made(id, "EdDSA", "Ed25519", 255);
  }

  private static TestKey made(String id, String algorithm, String type, int size) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(type);
      generator.initialize(size);
      return new TestKey(id, algorithm, generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** The same key, which signs with another algorithm. */
  TestKey with(String other) {
    return new TestKey(id, other, pair);
  }

  /** As an issuer publishes it, with no word of an algorithm. */
  Map<String, Object> jwk() {
    JWK jwk =
        switch (pair.getPublic()) {
          case RSAPublicKey rsa -> new RSAKey.Builder(rsa).keyID(id).build();
          case ECPublicKey ec -> new ECKey.Builder(Curve.P_256, ec).keyID(id).build();
          default -> {
            byte[] encoded = pair.getPublic().getEncoded();
            byte[] x = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
            yield new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(x)).keyID(id).build();
          }
        };
    return jwk.toJSONObject();
  }

  byte[] sign(byte[] text) {
    try {
      Signature signature =
          Signature.getInstance(
              switch (algorithm) {
                case "RS256" -> "SHA256withRSA";
                case "RS512" -> "SHA512withRSA";
                case "PS256" -> "RSASSA-PSS";
                case "ES256" -> "SHA256withECDSAinP1363Format";
                case "EdDSA", "Ed25519" -> "Ed25519";
                default -> throw new AssertionError(algorithm);
              });
      if (algorithm.equals("PS256")) {
        signature.setParameter(
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
      }
      signature.initSign(pair.getPrivate());
      signature.update(text);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}

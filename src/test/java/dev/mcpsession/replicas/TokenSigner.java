package dev.mcpsession.replicas;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;

/** An issuer that signs whatever token a test asks for, and publishes its key. */
public final class TokenSigner implements AutoCloseable {
  private final HttpServer server;
  private final ECKey key;

  private TokenSigner(HttpServer server, ECKey key) {
    this.server = server;
    this.key = key;
  }

  /** Listens on a free port of loopback. */
  public static TokenSigner start() throws IOException {
    try {
      ECKey key = new ECKeyGenerator(Curve.P_256).keyID("one").generate();
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      TokenSigner signer = new TokenSigner(server, key);
      signer.publish(
          "/.well-known/openid-configuration",
          """
          {"issuer": "%1$s", "jwks_uri": "%1$s/jwks", "authorization_endpoint": "%1$s/authorize",
           "token_endpoint": "%1$s/token", "response_types_supported": ["code"],
           "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["ES256"]}
          """
              .formatted(signer.issuer()));
      signer.publish("/jwks", new JWKSet(key.toPublicJWK()).toString());
      server.start();
      return signer;
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The value of iss. */
  public String issuer() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /**
   * A good token of an hour.
   *
   * @param audience the resource that it is for
   */
  public String token(String subject, String audience) {
    return token(subject, audience, Instant.now().plus(Duration.ofHours(1)));
  }

  /** A token that ends then. */
  public String token(String subject, String audience, Instant expiresAt) {
    return sign(
        new JWTClaimsSet.Builder()
            .issuer(issuer())
            .subject(subject)
            .audience(audience)
            .expirationTime(Date.from(expiresAt))
            .build());
  }

  /** A token that says this, signed with the published key. */
  public String sign(JWTClaimsSet claims) {
    try {
      SignedJWT token =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.ES256)
                  .type(new JOSEObjectType("at+jwt"))
                  .keyID(key.getKeyID())
                  .build(),
              claims);
      token.sign(new ECDSASigner(key));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private void publish(String path, String json) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    server.createContext(
        path,
        exchange -> {
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

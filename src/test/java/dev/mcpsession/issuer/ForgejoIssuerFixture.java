package dev.mcpsession.issuer;

import org.junit.jupiter.api.AutoClose;

/** A stand-in for Forgejo and a client of it. */
abstract class ForgejoIssuerFixture {
  static final String USED = "400 unauthorized_client: token was already used";
  static final String GRANT_GONE = "400 invalid_grant: grant does not exist";

  @AutoClose final ForgejoIssuer issuer = ForgejoIssuer.start();
  final TokenClient client = TokenClient.of(issuer);

  TokenAnswer refresh(String refreshToken) {
    return client.refresh(issuer.tokenEndpoint(), refreshToken);
  }
}

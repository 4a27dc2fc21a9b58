package dev.mcpsession.signin.kubernetes;

import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.api.OAuth2Source;
import dev.mcpsession.issuer.RefreshOnlyServer;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.oauth.IssuedTokens;
import dev.mcpsession.token.oauth.OAuthClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Gives refresh tokens that work once, for any number of logins: {@code alice.0} is the first of
 * the login alice. One that comes a second time ends its login.
 */
final class LoginIssuer implements RefreshOnlyServer {
  private final Map<String, Integer> current = new HashMap<>();
  private final InstantSource clock;
  private int refreshes;

  LoginIssuer(InstantSource clock) {
    this.clock = clock;
  }

  synchronized String login(String name) {
    current.put(name, 0);
    return name + ".0";
  }

  /** How many refresh tokens came, good or not. */
  synchronized int refreshes() {
    return refreshes;
  }

  /** Whether a refresh token of it came twice, or one that was never given. */
  synchronized boolean hasEnded(String login) {
    return !current.containsKey(login);
  }

  @Override
  public synchronized IssuedTokens refresh(
      OAuth2RefreshSource source, OAuthClient client, String refreshToken, BooleanSupplier maySend)
      throws TokenFailure {
    refreshes++;
    String login = refreshToken.substring(0, refreshToken.indexOf('.'));
    Integer number = current.get(login);
    if (number == null || !refreshToken.equals(login + "." + number)) {
      current.remove(login);
      throw new TokenFailure(TokenFailure.Kind.REJECTED, "rejected for good (invalid_grant)");
    }
    current.put(login, number + 1);
    return new IssuedTokens(
        "access-" + refreshToken,
        login + "." + (number + 1),
        clock.instant(),
        clock.instant().plus(Duration.ofMinutes(5)));
  }

  @Override
  public IssuedTokens withExpiry(OAuth2Source source, OAuthClient client, IssuedTokens issued) {
    return issued;
  }
}

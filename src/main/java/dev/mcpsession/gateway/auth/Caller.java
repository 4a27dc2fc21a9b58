package dev.mcpsession.gateway.auth;

import dev.mcpsession.gateway.route.User;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/**
 * Who a valid token speaks for.
 *
 * @param groups values of the issuer's groups claim
 * @param scopes of the token
 * @param requiredScopes of the issuer's configuration, which every token of it must have
 * @param expiresAt end of the token, without leeway; at most {@link #NEVER}
 */
public record Caller(
    User user,
    Set<String> groups,
    Set<String> scopes,
    Set<String> requiredScopes,
    Instant expiresAt) {
  /** How much the clocks of an issuer and of this machine may differ. */
  public static final Duration LEEWAY = Duration.ofSeconds(60);

  /** The expiry of what does not expire; later than any stream ends, and safe to reckon with. */
  public static final Instant NEVER = Instant.parse("9999-01-01T00:00:00Z");

  public Caller {
    groups = Set.copyOf(groups);
    scopes = Set.copyOf(scopes);
    requiredScopes = Set.copyOf(requiredScopes);
  }

  /** When the token's streams end: its expiry with leeway. */
  public Instant acceptedUntil() {
    return expiresAt.plus(LEEWAY);
  }
}

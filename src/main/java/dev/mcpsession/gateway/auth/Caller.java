package dev.mcpsession.gateway.auth;

import dev.mcpsession.gateway.route.User;
import java.time.Instant;
import java.util.Set;

/**
 * Who a valid token speaks for.
 *
 * @param groups values of the issuer's groups claim
 * @param scopes of the token
 * @param requiredScopes of the issuer's configuration, which every token of it must have
 * @param expiresAt end of the token, without leeway
 */
public record Caller(
    User user,
    Set<String> groups,
    Set<String> scopes,
    Set<String> requiredScopes,
    Instant expiresAt) {
  public Caller {
    groups = Set.copyOf(groups);
    scopes = Set.copyOf(scopes);
    requiredScopes = Set.copyOf(requiredScopes);
  }
}

package dev.mcpsession.signin.authorize;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.signin.identity.Person;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A user who was sent to a provider and shall come back. It is kept, sealed, in a cookie of their
 * browser: another browser cannot go on with it, and any replica can.
 *
 * @param request of the client that waits; empty: the account page does
 * @param offer the template whose upstream it is, or whose grant is missing; empty: only the
 *     identity provider is asked, for the account page
 * @param asked who was asked
 * @param fingerprint of the provider that was asked
 * @param person who it is; empty: the provider says that
 * @param codeVerifier of PKCE
 * @param nonce of the ID token
 * @param expiresAt after which it is over
 */
public record PendingFlow(
    Optional<AuthorizationRequest> request,
    Optional<McpResource> offer,
    Asked asked,
    String fingerprint,
    Optional<Person> person,
    String codeVerifier,
    String nonce,
    Instant expiresAt) {
  /** How long a user may take at a provider. */
  public static final Duration LONGEST = Duration.ofMinutes(15);

  /** Which kind of provider. */
  public enum Asked {
    /** The identity provider of the configuration. */
    IDENTITY_PROVIDER,
    /** The upstream of {@link #offer}. */
    UPSTREAM
  }

  @JsonIgnore
  public boolean isOver(Instant now) {
    return !now.isBefore(expiresAt);
  }

  /** Leaves out what is secret. */
  @Override
  public String toString() {
    return "PendingFlow[" + asked + " for " + offer + "]";
  }
}

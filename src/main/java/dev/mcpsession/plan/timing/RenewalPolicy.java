package dev.mcpsession.plan.timing;

import dev.mcpsession.token.TokenInfo;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Computes when a token is renewed: the proportional lead is cert-manager's rule for certificates,
 * with added jitter.
 */
public final class RenewalPolicy {
  private RenewalPolicy() {}

  /**
   * When a token is renewed, and how that is computed.
   *
   * @param lead how long before it expires
   * @param jitter how much earlier than that
   */
  public record Renewal(Instant at, Duration lead, Duration jitter) {}

  /**
   * Expiration minus lead minus jitter, in whole seconds. The lead is renewBefore, but at most a
   * third of the token's lifetime; the jitter, up to a tenth of the lead, is derived from the
   * session's uid, and so survives restarts.
   *
   * @return null for a token without an expiry
   */
  public static @Nullable Renewal renewal(TokenInfo token, Duration renewBefore, String uid) {
    Instant expiresAt = token.expiresAt();
    if (expiresAt == null) {
      return null;
    }
    Duration life = Duration.between(token.obtainedAt(), expiresAt);
    Duration third = life.isNegative() ? Duration.ZERO : life.dividedBy(3);
    Duration lead = renewBefore.compareTo(third) < 0 ? renewBefore : third;
    Duration jitter = lead.dividedBy(10).multipliedBy(Jitter.permille(uid)).dividedBy(1000);
    Instant at = expiresAt.minus(lead).minus(jitter).truncatedTo(ChronoUnit.SECONDS);
    return new Renewal(at, lead, jitter);
  }

  /** Only the time of {@link #renewal}; null for a token without an expiry. */
  public static @Nullable Instant renewalTime(TokenInfo token, Duration renewBefore, String uid) {
    Renewal renewal = renewal(token, renewBefore, uid);
    return renewal == null ? null : renewal.at();
  }

  /** Whether the renewal time has come; never for a token without an expiry. */
  public static boolean isDue(TokenInfo token, Duration renewBefore, String uid, Instant now) {
    Instant renewal = renewalTime(token, renewBefore, uid);
    return renewal != null && !now.isBefore(renewal);
  }
}

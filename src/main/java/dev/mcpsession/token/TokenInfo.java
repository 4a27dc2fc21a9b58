package dev.mcpsession.token;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What may be known and shown of a token.
 *
 * @param obtainedAt when we got it; its life is counted from here
 * @param expiresAt null when the source does not say: such a token is never renewed by time
 * @param version of the source it came from; null for sources that have none
 */
public record TokenInfo(Instant obtainedAt, @Nullable Instant expiresAt, @Nullable String version) {
  public boolean isExpired(Instant now) {
    return expiresAt != null && !now.isBefore(expiresAt);
  }
}

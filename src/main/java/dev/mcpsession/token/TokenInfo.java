package dev.mcpsession.token;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What may be shown about a token.
 *
 * @param obtainedAt when we got it; its lifetime counts from here
 * @param expiresAt null if the source does not say: such a token is never renewed because of its
 *     age
 * @param version the version of the source that it came from; null for sources without versions
 */
public record TokenInfo(Instant obtainedAt, @Nullable Instant expiresAt, @Nullable String version) {
  public boolean isExpired(Instant now) {
    return expiresAt != null && !now.isBefore(expiresAt);
  }
}

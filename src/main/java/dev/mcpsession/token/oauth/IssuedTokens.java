package dev.mcpsession.token.oauth;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** What an authorization server answered. */
public final class IssuedTokens {
  private final String accessToken;
  private final @Nullable String refreshToken;
  private final Instant obtainedAt;
  private final Instant expiresAt;

  /**
   * @param refreshToken null when the answer holds none: the old one stays
   * @param obtainedAt when the request was sent, since the token's life may begin then
   * @param expiresAt cut to whole seconds, as issuers count
   */
  public IssuedTokens(
      String accessToken, @Nullable String refreshToken, Instant obtainedAt, Instant expiresAt) {
    this.accessToken = accessToken;
    this.refreshToken = refreshToken;
    this.obtainedAt = obtainedAt;
    this.expiresAt = expiresAt.truncatedTo(ChronoUnit.SECONDS);
  }

  /** For a Secret and nothing else. */
  public String accessToken() {
    return accessToken;
  }

  /** For the grant Secret and nothing else. */
  public @Nullable String refreshToken() {
    return refreshToken;
  }

  public Instant obtainedAt() {
    return obtainedAt;
  }

  public Instant expiresAt() {
    return expiresAt;
  }

  /** Leaves the values out. */
  @Override
  public String toString() {
    return "IssuedTokens[" + obtainedAt + ", " + expiresAt + "]";
  }
}

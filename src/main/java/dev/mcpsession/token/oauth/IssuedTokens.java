package dev.mcpsession.token.oauth;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** What an authorization server answered. */
public final class IssuedTokens {
  private final String accessToken;
  private final @Nullable String refreshToken;
  private final Instant obtainedAt;
  private final @Nullable Instant expiresAt;

  /**
   * @param refreshToken null when the answer holds none: the old one stays
   * @param obtainedAt when the request was sent, since the token's life may begin then
   * @param expiresAt cut to whole seconds, as issuers count; null when the answer does not say
   */
  public IssuedTokens(
      String accessToken,
      @Nullable String refreshToken,
      Instant obtainedAt,
      @Nullable Instant expiresAt) {
    this.accessToken = accessToken;
    this.refreshToken = refreshToken;
    this.obtainedAt = obtainedAt;
    this.expiresAt = expiresAt == null ? null : expiresAt.truncatedTo(ChronoUnit.SECONDS);
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

  /** Never null: what is assumed where nobody said. */
  public Instant expiresAt() {
    return expiresAt == null
        ? obtainedAt.plus(AuthorizationServer.DEFAULT_LIFETIME).truncatedTo(ChronoUnit.SECONDS)
        : expiresAt;
  }

  /** Whether the issuer said when the access token expires. */
  public boolean saysWhenItExpires() {
    return expiresAt != null;
  }

  /** The same, with what the issuer said afterwards. */
  public IssuedTokens expiring(Instant expiresAt) {
    return new IssuedTokens(accessToken, refreshToken, obtainedAt, expiresAt);
  }

  /** Leaves the values out. */
  @Override
  public String toString() {
    return "IssuedTokens[" + obtainedAt + ", " + expiresAt + "]";
  }
}

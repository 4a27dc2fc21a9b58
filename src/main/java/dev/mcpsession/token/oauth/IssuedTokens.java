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
   * @param refreshToken null if the answer has none: the old one stays valid
   * @param obtainedAt when the request was sent, since the token's lifetime may begin then
   * @param expiresAt truncated to whole seconds, as issuers count; null if the answer does not say
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

  /** To be written to a Secret and used for nothing else. */
  public String accessToken() {
    return accessToken;
  }

  /** To be written to the grant Secret and used for nothing else; null if the answer has none. */
  public @Nullable String refreshToken() {
    return refreshToken;
  }

  public Instant obtainedAt() {
    return obtainedAt;
  }

  /** When the access token expires, if need be by the default lifetime; never null. */
  public Instant expiresAt() {
    return expiresAt == null
        ? obtainedAt.plus(AuthorizationServer.DEFAULT_LIFETIME).truncatedTo(ChronoUnit.SECONDS)
        : expiresAt;
  }

  /** Whether the issuer said when the access token expires. */
  public boolean saysWhenItExpires() {
    return expiresAt != null;
  }

  /** The same tokens with the expiry that the issuer gave afterwards. */
  public IssuedTokens expiring(Instant expiresAt) {
    return new IssuedTokens(accessToken, refreshToken, obtainedAt, expiresAt);
  }

  /** Leaves the values out. */
  @Override
  public String toString() {
    return "IssuedTokens[" + obtainedAt + ", " + expiresAt + "]";
  }
}

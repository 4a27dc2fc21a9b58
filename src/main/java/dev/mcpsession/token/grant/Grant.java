package dev.mcpsession.token.grant;

import dev.mcpsession.api.Names;
import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.token.SourceSecret;
import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.TokenInfo;
import dev.mcpsession.token.oauth.IssuedTokens;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A grant Secret as it was read, and the changes to be written to it; pure. Annotations identify
 * the refresh token they are about by a fingerprint, so that nothing recorded about an old refresh
 * token applies once a login has replaced it.
 */
final class Grant {
  private final Secret secret;
  private final SourceSecret values;
  private final String refreshToken;
  private final String fingerprint;
  private final Map<String, String> annotations;

  private Grant(Secret secret, SourceSecret values, String refreshToken) {
    this.secret = secret;
    this.values = values;
    this.refreshToken = refreshToken;
    this.fingerprint = values.fingerprint(refreshToken);
    Map<String, String> annotations = secret.getMetadata().getAnnotations();
    this.annotations = annotations == null ? Map.of() : annotations;
  }

  /**
   * Reads a grant Secret.
   *
   * @param found null if there is none
   * @throws TokenFailure MISSING if there is no Secret, or no refresh token in it
   */
  static Grant of(OAuth2RefreshSource source, @Nullable Secret found) throws TokenFailure {
    SourceSecret values = SourceSecret.of(source.grant(), found);
    return new Grant(values.object(), values, values.text(OAuth2RefreshSource.REFRESH_TOKEN_KEY));
  }

  /** The name of the Secret. */
  String name() {
    return values.name();
  }

  /** To be sent to the token endpoint and used for nothing else. */
  String refreshToken() {
    return refreshToken;
  }

  /** Whether this is the same Secret, not one of the same name that was created later. */
  boolean isOf(Secret other) {
    return secret.getMetadata().getUid().equals(other.getMetadata().getUid());
  }

  /** Whether Kubernetes refuses changes to the data, so that no answer can be stored in it. */
  boolean isImmutable() {
    return Boolean.TRUE.equals(secret.getImmutable());
  }

  /**
   * Whether an answer to the use of {@code used} is stored here, or somebody has renewed the grant
   * since. An issuer may repeat the refresh token, which then proves nothing.
   */
  boolean holds(IssuedTokens issued, Grant used) {
    String next = issued.refreshToken();
    if (next != null && !next.equals(used.refreshToken)) {
      return refreshToken.equals(next);
    }
    Token held = held();
    return hasSameRefreshToken(used)
        && held != null
        && (held.info().obtainedAt().isAfter(issued.obtainedAt())
            || (held.value().equals(issued.accessToken())
                && issued.expiresAt().equals(held.info().expiresAt())));
  }

  boolean hasSameRefreshToken(Grant other) {
    return fingerprint.equals(other.fingerprint);
  }

  /** Identifies the login: changes with a new login, but not with our renewals. */
  String origin() {
    String origin = annotations.get(Names.GRANT_ORIGIN);
    return isOurs() && origin != null ? origin : fingerprint;
  }

  /** Whether the refresh token is the one that we stored last. */
  private boolean isOurs() {
    return fingerprint.equals(annotations.get(Names.GRANT_CURRENT));
  }

  /** The access token of the last renewal; null if there is none, or if it is of another login. */
  @Nullable Token held() {
    String value = values.find(OAuth2RefreshSource.ACCESS_TOKEN_KEY);
    Instant expiresAt = instant(values.find(OAuth2RefreshSource.EXPIRES_AT_KEY));
    Instant obtainedAt = instant(annotations.get(Names.TOKEN_OBTAINED_AT));
    return !isOurs() || value == null || value.isEmpty() || expiresAt == null || obtainedAt == null
        ? null
        : new Token(
            value, new TokenInfo(obtainedAt, expiresAt, values.fingerprint(expiresAt, value)));
  }

  /** Why the issuer rejected this refresh token for good; null if it did not. */
  @Nullable String rejection() {
    return GrantRejection.of(annotations, fingerprint);
  }

  /**
   * Another process's claim on the refresh token.
   *
   * @param text identifies it: each claim has another one
   * @param until by that process's clock
   */
  record Claim(String text, Instant until) {}

  /** The claim of a process other than the holder; null if there is none. */
  @Nullable Claim claimOfAnother(String holder) {
    String by = annotations.get(Names.CLAIM_HOLDER);
    String text = annotations.get(Names.CLAIM_UNTIL);
    Instant until = instant(text);
    return until == null || holder.equals(by) ? null : new Claim(by + " " + text, until);
  }

  /** The Secret, claimed by this process. */
  Secret claimed(String holder, Instant until) {
    return new SecretBuilder(secret)
        .editMetadata()
        .addToAnnotations(Names.CLAIM_HOLDER, holder)
        .addToAnnotations(Names.CLAIM_UNTIL, until.toString())
        .endMetadata()
        .build();
  }

  /** The Secret with the tokens that the issuer gave, and without a claim. */
  Secret renewed(IssuedTokens issued) {
    String next = issued.refreshToken() == null ? refreshToken : issued.refreshToken();
    return new SecretBuilder(secret)
        .editMetadata()
        .addToAnnotations(Names.TOKEN_OBTAINED_AT, issued.obtainedAt().toString())
        .addToAnnotations(Names.GRANT_ORIGIN, origin())
        .addToAnnotations(Names.GRANT_CURRENT, values.fingerprint(next))
        .removeFromAnnotations(Names.CLAIM_HOLDER)
        .removeFromAnnotations(Names.CLAIM_UNTIL)
        .endMetadata()
        .addToData(OAuth2RefreshSource.REFRESH_TOKEN_KEY, encoded(next))
        .addToData(OAuth2RefreshSource.ACCESS_TOKEN_KEY, encoded(issued.accessToken()))
        .addToData(OAuth2RefreshSource.EXPIRES_AT_KEY, encoded(issued.expiresAt().toString()))
        .build();
  }

  /** The Secret, marked as rejected for that reason, and without a claim. */
  Secret rejected(String why) {
    return new SecretBuilder(secret)
        .editMetadata()
        .addToAnnotations(Names.GRANT_REJECTED, fingerprint + " " + why)
        .removeFromAnnotations(Names.CLAIM_HOLDER)
        .removeFromAnnotations(Names.CLAIM_UNTIL)
        .endMetadata()
        .build();
  }

  /** The Secret without the access token, which must not be given to any more sessions. */
  static Secret withoutAccessToken(Secret secret) {
    return new SecretBuilder(secret)
        .removeFromData(OAuth2RefreshSource.ACCESS_TOKEN_KEY)
        .removeFromData(OAuth2RefreshSource.EXPIRES_AT_KEY)
        .build();
  }

  private static String encoded(String value) {
    return Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
  }

  private static @Nullable Instant instant(@Nullable String text) {
    try {
      return text == null ? null : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** Leaves the values out. */
  @Override
  public String toString() {
    return "Grant[" + values.name() + "]";
  }
}

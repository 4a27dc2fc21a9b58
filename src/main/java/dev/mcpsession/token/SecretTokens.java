package dev.mcpsession.token;

import dev.mcpsession.api.TokenSpec.SecretSource;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Takes tokens from a labelled Secret that someone else keeps up to date. */
public final class SecretTokens implements TokenSource {
  private final SourceSecret.Lookup secrets;
  private final InstantSource clock;

  public SecretTokens(SourceSecret.Lookup secrets, InstantSource clock) {
    this.secrets = secrets;
    this.clock = clock;
  }

  @Override
  public Token issue(Request request) throws TokenFailure {
    SecretSource source = request.source(SecretSource.class);
    return read(source, secrets.find(request.namespace(), source.name()), clock.instant());
  }

  /** What the Secret holds, without the token itself; pure, for the planner. */
  public static SourceState state(
      SecretSource source, String namespace, SourceSecret.Lookup secrets) {
    try {
      Secret secret = secrets.find(namespace, source.name());
      TokenInfo info = read(source, secret, Instant.EPOCH).info();
      return new SourceState.Available(String.valueOf(info.version()), info.expiresAt());
    } catch (TokenFailure failure) {
      return new SourceState.Unavailable(failure.kind(), failure.getMessage());
    }
  }

  private static Token read(SecretSource source, @Nullable Secret found, Instant now)
      throws TokenFailure {
    SourceSecret secret = SourceSecret.of(source.name(), found);
    String token = secret.text(source.effectiveTokenKey());
    Instant expiresAt =
        source.expiresAtKey() == null ? null : expiry(secret, source.expiresAtKey());
    String version = secret.fingerprint(expiresAt, token);
    return new Token(token, new TokenInfo(now, expiresAt, version));
  }

  private static Instant expiry(SourceSecret secret, String key) throws TokenFailure {
    Instant expiry = ExpiryText.parse(secret.value(key));
    if (expiry == null) {
      // The message does not repeat the text: somebody may have put the token under this key.
      throw new TokenFailure(
          TokenFailure.Kind.FAILED,
          "key "
              + key
              + " of Secret "
              + secret.name()
              + " is neither an RFC 3339 instant such as 2026-11-21T10:30:00Z nor seconds since"
              + " 1970 such as 1795257000; correct it");
    }
    return expiry;
  }
}

package dev.mcpsession.reconcile;

import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.token.SecretTokens;
import dev.mcpsession.token.SourceSecret;
import dev.mcpsession.token.SourceState;
import dev.mcpsession.token.TokenSource;
import dev.mcpsession.token.oauth.RefreshTokens;
import org.jspecify.annotations.Nullable;

/** Which token source a spec names, and what it says of itself. */
@FunctionalInterface
public interface TokenSources extends AutoCloseable {
  /** The one that issues tokens for this spec. */
  TokenSource of(TokenSpec spec);

  /** Whether an issuer's answer is awaited or not stored yet that must not be lost. */
  default boolean isRenewing() {
    return false;
  }

  /** Begins nothing any more, and waits until nothing can be lost. */
  @Override
  default void close() {}

  /** As far as the caches show it: pure. */
  static SourceState state(
      @Nullable TokenSpec spec, String namespace, SourceSecret.Lookup secrets) {
    if (spec == null || spec.serviceAccount() != null) {
      return new SourceState.Unwatched();
    }
    if (spec.secret() != null) {
      return SecretTokens.state(spec.secret(), secrets.find(namespace, spec.secret().name()));
    }
    if (spec.oauth2Refresh() != null) {
      return RefreshTokens.state(spec.oauth2Refresh(), namespace, secrets);
    }
    return new SourceState.Unwatched();
  }
}

package dev.mcpsession.reconcile.token;

import dev.mcpsession.api.OAuth2ClientCredentialsSource;
import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.api.OAuth2TokenExchangeSource;
import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.api.TokenSpec.SecretSource;
import dev.mcpsession.api.TokenSpec.ServiceAccountSource;
import dev.mcpsession.token.SecretTokens;
import dev.mcpsession.token.SourceSecret;
import dev.mcpsession.token.SourceState;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.TokenSource;
import dev.mcpsession.token.grant.RefreshTokens;
import dev.mcpsession.token.oauth.ClientCredentialsTokens;
import dev.mcpsession.token.oauth.TokenExchangeTokens;
import org.jspecify.annotations.Nullable;

/** Selects the token source of a spec, and tells its state. */
@FunctionalInterface
public interface TokenSources extends SharedTokens, AutoCloseable {
  /** The one that issues tokens for this spec. */
  TokenSource of(TokenSpec spec);

  /** Whether an issuer's answer that must not be lost is outstanding or not stored yet. */
  default boolean isRenewing() {
    return false;
  }

  /**
   * Whether the issuer's rejection of this source's grant is of the grant as the API server has it
   * now, not of one that a login has replaced meanwhile. True where no grant is stored.
   *
   * @throws TokenFailure FAILED if the API server could not be asked
   */
  default boolean isStillRejected(String namespace, TokenSpec spec) throws TokenFailure {
    return true;
  }

  /** Does nothing: other sources keep no tokens. */
  @Override
  default void forget(String namespace, String grantSecretName)
      throws TokenFailure, InterruptedException {}

  /** Starts nothing further, and waits until no answer can be lost. */
  @Override
  default void close() {}

  /**
   * The state of the source as the caches show it. Pure.
   *
   * @param secrets the cache of source Secrets; null when they are not watched
   */
  static SourceState state(
      @Nullable TokenSpec spec, String namespace, SourceSecret.@Nullable Lookup secrets) {
    if (spec == null || secrets == null) {
      return new SourceState.Unwatched();
    }
    return switch (spec.source()) {
      case ServiceAccountSource source -> new SourceState.Unwatched();
      case SecretSource source -> SecretTokens.state(source, namespace, secrets);
      case OAuth2RefreshSource source -> RefreshTokens.state(source, namespace, secrets);
      case OAuth2ClientCredentialsSource source ->
          ClientCredentialsTokens.state(source, namespace, secrets);
      case OAuth2TokenExchangeSource source ->
          TokenExchangeTokens.state(source, namespace, secrets);
      case null -> new SourceState.Unwatched();
    };
  }
}

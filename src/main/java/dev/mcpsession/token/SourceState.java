package dev.mcpsession.token;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a watched source holds right now, as far as that can be seen without asking an issuer. */
public sealed interface SourceState {
  /** No source, or one that cannot be watched (a TokenRequest). */
  record Unwatched() implements SourceState {}

  /**
   * A token is there.
   *
   * @param version changes whenever the token or its expiry does
   * @param expiresAt null when the source does not say
   */
  record Available(String version, @Nullable Instant expiresAt) implements SourceState {}

  /** There is none, with the sentence for TokenValid. */
  record Unavailable(TokenFailure.Kind kind, String message) implements SourceState {}
}

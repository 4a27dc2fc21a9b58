package dev.mcpsession.token;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a source holds right now, as far as the caches show. */
public sealed interface SourceState {
  /**
   * The part of the source that is an input of a revision: when it changes, an attempt starts over
   * or stops waiting. A token that an authorization server issued is not part of it, since it
   * changes with each renewal.
   *
   * @return null if there is no such part
   */
  default @Nullable String input() {
    return switch (this) {
      case Available available -> available.version();
      case OnDemand onDemand -> onDemand.settings();
      case Unwatched unwatched -> null;
      case Unavailable unavailable -> null;
    };
  }

  /**
   * Whether the source holds a token that has to replace the given one. A source without a usable
   * token never does: the backend keeps the token it has. Of two tokens that an authorization
   * server issued, only the later one replaces the other, since a cache may lag behind what we were
   * given.
   */
  default boolean supersedes(TokenInfo token, Instant now) {
    return switch (this) {
      case Available available ->
          (available.expiresAt() == null || now.isBefore(available.expiresAt()))
              && !available.version().equals(token.version());
      case OnDemand onDemand ->
          onDemand.held() != null
              && !onDemand.held().isExpired(now)
              && onDemand.held().obtainedAt().isAfter(token.obtainedAt());
      case Unwatched unwatched -> false;
      case Unavailable unavailable -> false;
    };
  }

  /** There is no source, or it is not watched: what it holds is known only when it is asked. */
  record Unwatched() implements SourceState {}

  /**
   * The source holds a token.
   *
   * @param version changes whenever the token or its expiry does
   * @param expiresAt null if the source does not say
   */
  record Available(String version, @Nullable Instant expiresAt) implements SourceState {}

  /**
   * An authorization server issues tokens on demand.
   *
   * @param settings changes with whatever a call depends on, such as the client's secret or the
   *     user's grant, but not with a renewal
   * @param held the token that the last call returned, if it is stored where other sessions find
   *     it; null otherwise
   */
  record OnDemand(String settings, @Nullable TokenInfo held) implements SourceState {}

  /** The source holds no usable token; the message is for the condition TokenValid. */
  record Unavailable(TokenFailure.Kind kind, String message) implements SourceState {}
}

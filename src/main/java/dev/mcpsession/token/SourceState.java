package dev.mcpsession.token;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a source holds right now, as far as the caches show it. */
public sealed interface SourceState {
  /**
   * What of the source counts as an input of a revision, so that a change begins an attempt anew or
   * ends its wait; null where there is none. A token that an authorization server issued does not
   * count: it changes with each renewal.
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
   * Whether it holds a token by which that one has to be replaced. A source that holds nothing
   * usable asks for nothing: what serves goes on with what it has. Of two tokens that a server
   * issued the later one counts, for a cache may be behind what we got.
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

  /** No source, or one that is not watched: what it holds is known when it is asked. */
  record Unwatched() implements SourceState {}

  /**
   * A token is there.
   *
   * @param version changes whenever the token or its expiry does
   * @param expiresAt null when the source does not say
   */
  record Available(String version, @Nullable Instant expiresAt) implements SourceState {}

  /**
   * An authorization server issues tokens on demand.
   *
   * @param settings changes whenever something does that a call is made with, such as the client's
   *     secret or the user's grant, but not by a renewal
   * @param held the token that the last call gave, kept where other sessions find it; null without
   *     one
   */
  record OnDemand(String settings, @Nullable TokenInfo held) implements SourceState {}

  /** There is none, with the sentence for TokenValid. */
  record Unavailable(TokenFailure.Kind kind, String message) implements SourceState {}
}

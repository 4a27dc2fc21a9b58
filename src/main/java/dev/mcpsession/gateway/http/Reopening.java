package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.route.StandingDecision;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.stream.BackendEventId;
import dev.mcpsession.retry.ExponentialBackoff;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * When a {@link StandingStream} is to be opened at a backend: what is known of those that fed it,
 * and how long to wait, so that none is asked in a loop. Not thread-safe.
 */
final class Reopening {
  /** How soon it is known that a backend which ends its streams does so because it goes. */
  private static final Duration NOTICE = Duration.ofSeconds(2);

  private static final ExponentialBackoff PAUSES =
      new ExponentialBackoff(Duration.ofMillis(500), Duration.ofSeconds(10));

  /** Of one backend in a row; after that it is taken to have no such stream. */
  private static final int MOST_REFUSALS = 6;

  /** Of these, so many may be for the event after which it was to go on. */
  private static final int MOST_RESUMES = 3;

  private @Nullable Backend serving;

  /** The newest one that fed it, once it has ended. */
  private @Nullable Feed ended;

  private boolean endedWell;
  private OptionalInt without = OptionalInt.empty();
  private int failures;
  private int refusals;
  private long notBefore;

  /** This backend serves now. */
  void serves(Backend backend, long nanos) {
    if (serving == null || serving.revision() != backend.revision()) {
      failures = 0;
      refusals = 0;
      notBefore = nanos;
    }
    serving = backend;
  }

  /** None serves for now. */
  void notServing() {
    serving = null;
  }

  /** The backend that serves; empty: none does. */
  Optional<Backend> serving() {
    return Optional.ofNullable(serving);
  }

  /**
   * The newest backend that fed the stream has ended it, though older ones may feed it still.
   *
   * @param broken whether it broke off
   */
  void ended(Feed feed, boolean broken, long nanos) {
    ended = feed;
    endedWell = !broken;
    notBefore = nanos + (broken ? PAUSES.first() : NOTICE).toNanos();
  }

  /** The one that fed it last, if no newer one was opened since. */
  Optional<Feed> ended() {
    return Optional.ofNullable(ended);
  }

  /**
   * What is to be done now.
   *
   * @param feeding the revision of the newest backend that feeds the stream; empty: none does
   */
  StandingDecision decide(OptionalInt feeding, long nanos) {
    if (serving == null) {
      return StandingDecision.STAY;
    }
    OptionalInt well =
        ended == null || !endedWell ? OptionalInt.empty() : OptionalInt.of(ended.revision());
    StandingDecision decision =
        StandingDecision.of(OptionalInt.of(serving.revision()), feeding, without, well);
    boolean due = nanos - notBefore >= 0;
    return switch (decision) {
      case STAY, END -> decision;
      case END_AS_BACKEND -> due ? decision : StandingDecision.STAY;
      case OPEN ->
          due || (well.isPresent() && well.getAsInt() != serving.revision())
              ? decision
              : StandingDecision.STAY;
    };
  }

  /**
   * It is opened at this backend.
   *
   * @return the last event that came of it, after which it is to go on
   */
  Optional<BackendEventId> opens(Backend at) {
    endedWell = false;
    return refusals < MOST_RESUMES
        ? ended().filter(it -> it.revision() == at.revision()).flatMap(Feed::lastEvent)
        : Optional.empty();
  }

  /** That has worked. */
  void opened() {
    failures = 0;
    refusals = 0;
  }

  /** The backend has no such stream. */
  void isWithout(Backend backend) {
    without = OptionalInt.of(backend.revision());
  }

  /**
   * It did not work.
   *
   * @param heard whether the backend has heard of it
   */
  void failed(Backend backend, boolean heard, long nanos) {
    notBefore = nanos + PAUSES.delay(++failures).toNanos();
    refusals = heard ? refusals + 1 : 0;
    if (refusals >= MOST_REFUSALS) {
      isWithout(backend);
    }
  }
}

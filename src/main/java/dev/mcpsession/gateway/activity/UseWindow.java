package dev.mcpsession.gateway.activity;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When the use of one session is to be reported: the first one after a quiet time at once, later
 * ones at the end of a window, with the time of the last. So what is reported is exact by the end
 * of each window, and an idle timeout holds at most as many reports as windows.
 *
 * @param first the first use that is not reported; null: all are
 * @param last the last one; null if {@code first} is
 * @param reported the last report that is known, of whatever replica; null: none is
 * @param ends when the window ends that this report opened; null: none is open
 * @param failed when a report failed that is to be tried again; null: none did
 */
record UseWindow(
    @Nullable Instant first,
    @Nullable Instant last,
    @Nullable Instant reported,
    @Nullable Instant ends,
    @Nullable Instant failed) {
  /** Windows of an idle timeout. */
  static final int WINDOWS = 5;

  /** Of a session that is never idle: its reports tell people when it was used. */
  private static final Duration WITHOUT_TIMEOUT = Duration.ofMinutes(3);

  /** Windows after which a use is reported although another replica has just reported. */
  private static final int LONGEST_DELAY = 3;

  /** Shortly before a deadline a use is reported before it goes on. */
  private static final Duration MARGIN = Duration.ofSeconds(2);

  private static final Duration RETRY = Duration.ofSeconds(5);
  private static final Duration URGENT_RETRY = Duration.ofMillis(250);

  /** So long after a deadline reports that failed are still urgent. */
  private static final Duration URGENT = Duration.ofSeconds(60);

  static final UseWindow NONE = new UseWindow(null, null, null, null, null);

  /**
   * The length of a window.
   *
   * @param idleTimeout zero: never idle
   */
  static Duration length(Duration idleTimeout) {
    return idleTimeout.isZero() ? WITHOUT_TIMEOUT : idleTimeout.dividedBy(WINDOWS);
  }

  /**
   * Whether a use is so close to the deadline that it has to be reported before it goes on.
   *
   * @param idleAt null: there is none
   */
  static boolean isUrgent(Instant use, @Nullable Instant idleAt, Duration idleTimeout) {
    return idleAt != null && use.isAfter(idleAt.minus(margin(idleTimeout)));
  }

  /** After a report that failed, in place of the interval between those that did not. */
  static Duration retryPause(Duration interval) {
    return interval.compareTo(RETRY) < 0 ? interval : RETRY;
  }

  /** Another use. */
  UseWindow used(Instant at) {
    if (reported != null && !at.isAfter(reported)) {
      return this;
    }
    return new UseWindow(
        first == null ? at : first,
        last == null || at.isAfter(last) ? at : last,
        reported,
        ends,
        failed);
  }

  /**
   * A report is known: what it covers need not be reported again.
   *
   * @param at what it says
   * @param now when it became known, at once after it was written, but for the first one
   */
  UseWindow reported(Instant at, Instant now, Duration idleTimeout) {
    if (reported != null && !at.isAfter(reported)) {
      return this;
    }
    Duration length = length(idleTimeout);
    Instant latest = at.plus(length).plus(length.dividedBy(2)); // by then it was written
    Instant written = reported == null && latest.isBefore(now) ? latest : now;
    boolean all = last == null || !last.isAfter(at);
    // Nobody keeps the uses between the first and the last: those after the report began later.
    Instant rest = first == null || first.isAfter(at) ? first : at;
    return new UseWindow(all ? null : rest, all ? null : last, at, written.plus(length), null);
  }

  /** A report failed. */
  UseWindow failed(Instant now) {
    return new UseWindow(first, last, reported, ends, now);
  }

  /**
   * When the last use is to be reported: at the end of the window, but before the deadline.
   *
   * @param idleAt when the session is idle if nothing is reported; null: never
   * @return null: there is nothing to report
   */
  @Nullable Instant due(@Nullable Instant idleAt, Duration idleTimeout) {
    if (first == null) {
      return null;
    }
    Duration window = length(idleTimeout);
    if (failed != null) {
      Instant again = failed.plus(retryPause(window));
      Instant urgent = urgentRetry(failed, idleAt, idleTimeout);
      return urgent != null && urgent.isBefore(again) ? urgent : again;
    }
    Instant end = ends == null ? first : ends;
    Instant latest = first.plus(window.multipliedBy(LONGEST_DELAY));
    Instant due = end.isAfter(latest) ? latest : end;
    Instant limit = idleAt == null ? due : idleAt.minus(margin(idleTimeout));
    Instant bounded = due.isAfter(limit) ? limit : due;
    return bounded.isBefore(first) ? first : bounded;
  }

  /**
   * Close to the deadline a report is tried again at short intervals: when the API server is back,
   * it has to be there before the operator ends what was used all the time.
   *
   * @return null: the deadline is not close, or long past
   */
  private static @Nullable Instant urgentRetry(
      Instant failed, @Nullable Instant idleAt, Duration idleTimeout) {
    if (idleAt == null) {
      return null;
    }
    Instant close = idleAt.minus(margin(idleTimeout));
    Instant next = failed.plus(URGENT_RETRY);
    return next.isAfter(idleAt.plus(URGENT)) ? null : next.isBefore(close) ? close : next;
  }

  private static Duration margin(Duration idleTimeout) {
    Duration window = length(idleTimeout);
    return window.compareTo(MARGIN) < 0 ? window : MARGIN;
  }

  /**
   * Until when this is to be remembered: who learns of the last report later, without knowing when
   * it was written, would take the window to end then.
   *
   * @return null: nothing need be remembered
   */
  @Nullable Instant memorable(Duration idleTimeout) {
    Duration length = length(idleTimeout);
    return reported == null
        ? null
        : reported.plus(length.multipliedBy(2)).plus(length.dividedBy(2));
  }
}

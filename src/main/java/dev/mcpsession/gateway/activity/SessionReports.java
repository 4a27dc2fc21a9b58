package dev.mcpsession.gateway.activity;

import dev.mcpsession.api.SessionKey;
import dev.mcpsession.gateway.session.SessionUse;
import dev.mcpsession.gateway.session.SessionUses;
import dev.mcpsession.gateway.session.SessionUses.Written;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What this replica reports of one session. Each method does what is due, and sets the timer for
 * what follows; at most one report of use is under way at a time.
 */
final class SessionReports {
  /** Reports in a row that were refused for no other report, before it is tried again later. */
  private static final int MOST_CHANGES = 5;

  /** How often a use waits for a report, since each may be overtaken. */
  private static final int MOST_WAITS = 3;

  private final SessionKey session;
  private final SessionUses uses;
  private final InstantSource clock;
  private final UseReporter.Timer timer;
  private final WriteListener listener;
  private final Consumer<SessionReports> forgotten;
  private final Presences presences = new Presences();
  private final ConnectionReports connections;
  private UseWindow window = UseWindow.NONE;
  private @Nullable CompletableFuture<Written> report;
  private @Nullable Instant wake;
  private int changes;
  private volatile boolean ended;

  /**
   * @param forgotten called when there is nothing left to remember
   * @param spread as of {@link OrphanWatch}
   */
  SessionReports(
      SessionKey session,
      SessionUses uses,
      InstantSource clock,
      UseReporter.Timer timer,
      WriteListener listener,
      Consumer<SessionReports> forgotten,
      double spread) {
    this.session = session;
    this.uses = uses;
    this.clock = clock;
    this.timer = timer;
    this.listener = listener;
    this.forgotten = forgotten;
    connections = new ConnectionReports(presences, uses, clock, listener, this::answered, spread);
  }

  SessionKey session() {
    return session;
  }

  /** Whether it is forgotten: another one has to be made. */
  boolean isEnded() {
    return ended;
  }

  /**
   * A use now; empty: this object is forgotten.
   *
   * @return as of {@link Activity#used}
   */
  synchronized Optional<CompletionStage<Boolean>> used() {
    if (ended) {
      return Optional.empty();
    }
    Instant now = now();
    Optional<SessionUse> seen = look(now);
    if (seen.isEmpty() || seen.get().suspended()) {
      forgetIfQuiet(seen.orElse(null), now);
      return Optional.of(CompletableFuture.completedFuture(false));
    }
    Instant use = seen.get().reportable(millis(now), now);
    window = window.used(use);
    presences.seen(use);
    CompletionStage<Boolean> secured = secure(use, MOST_WAITS);
    act();
    return Optional.of(secured);
  }

  /** True at once, unless the use has to be reported before. */
  private synchronized CompletionStage<Boolean> secure(Instant use, int waits) {
    Instant now = now();
    SessionUse seen = look(now).orElse(null);
    if (seen == null || seen.suspended()) {
      return CompletableFuture.completedFuture(false);
    }
    if (waits == 0 || !UseWindow.isUrgent(use, seen.idleAt(now), seen.idleTimeout())) {
      return CompletableFuture.completedFuture(true);
    }
    return (report == null ? report(seen, now) : report)
        .thenCompose(
            written ->
                switch (written) {
                  case Written.Gone gone -> CompletableFuture.completedFuture(false);
                  // While the API server is away, existing sessions go on.
                  case Written.Failed failed -> CompletableFuture.completedFuture(true);
                  case Written.Stored stored -> secure(use, waits - 1);
                  case Written.Changed changed -> secure(use, waits - 1);
                });
  }

  /** A stream or request begins; false: this object is forgotten. */
  synchronized boolean begin(Object presence, boolean stream) {
    if (ended) {
      return false;
    }
    presences.begin(presence, stream, millis(now()));
    act();
    return true;
  }

  synchronized void acknowledge(Object presence, Duration ago) {
    presences.acknowledge(presence, millis(now().minus(ago)));
    act();
  }

  /**
   * A stream or request has ended.
   *
   * @param lost whether its client is gone without a word: it was here until it acknowledged last
   */
  synchronized void end(Object presence, boolean stream, boolean lost) {
    Instant now = now();
    if (!lost) {
      presences.acknowledge(presence, now);
    }
    look(now).ifPresent(seen -> noteStreams(seen, now));
    presences.end(presence, stream, millis(now));
    act();
  }

  /** Does what is due, and sets the timer. */
  synchronized void act() {
    if (ended) {
      return;
    }
    Instant now = now();
    Optional<SessionUse> found = look(now);
    if (found.isEmpty()) {
      window = UseWindow.NONE;
      presences.settled();
      forgetIfQuiet(null, now);
      return;
    }
    SessionUse seen = found.get();
    noteStreams(seen, now);
    if (isDue(due(seen, now), now)) {
      var unused = report(seen, now);
    }
    if (seen.releaseGrace().isPresent()) {
      Duration grace = seen.releaseGrace().get();
      connections.report(seen, grace, now);
      release(seen, grace, now);
    } else {
      presences.settled();
    }
    setTimer(next(seen, now), now);
    forgetIfQuiet(seen, now);
  }

  /** When something will be due. */
  private Stream<@Nullable Instant> next(SessionUse seen, Instant now) {
    Duration grace = seen.releaseGrace().orElse(null);
    return Stream.of(
        due(seen, now),
        after(now, window.ends()),
        after(now, window.memorable(seen.idleTimeout())),
        grace == null ? null : connections.due(grace),
        grace == null || report != null ? null : connections.releaseDue(seen, grace, now));
  }

  private static @Nullable Instant after(Instant now, @Nullable Instant at) {
    return at != null && at.isAfter(now) ? at : null;
  }

  private void forgetIfQuiet(@Nullable SessionUse seen, Instant now) {
    boolean busy = report != null || connections.isBusy() || window.last() != null;
    boolean memorable =
        seen != null
            && (OrphanWatch.isConnected(seen, now)
                || after(now, window.ends()) != null
                || after(now, window.memorable(seen.idleTimeout())) != null);
    if (!busy && presences.isSettled() && !memorable) {
      ended = true;
      forgotten.accept(this);
    }
  }

  /** Reports what is not reported yet, now. */
  synchronized CompletionStage<?> flush() {
    Instant now = now();
    SessionUse seen = look(now).orElse(null);
    if (seen != null) {
      noteStreams(seen, now);
    }
    return report != null
        ? report
        : seen == null || window.last() == null
            ? CompletableFuture.completedFuture(null)
            : report(seen, now);
  }

  private Optional<SessionUse> look(Instant now) {
    Optional<SessionUse> seen = uses.find(session);
    seen.ifPresent(it -> learn(it, now));
    return seen;
  }

  private void learn(SessionUse seen, Instant now) {
    Instant reported = seen.lastActiveAt(now);
    if (reported != null) {
      window = window.reported(reported, now, seen.idleTimeout());
    }
    presences.known(seen.lastConnectedAt(now));
  }

  private void noteStreams(SessionUse seen, Instant now) {
    Instant streamed = seen.streamsCount() ? presences.streamed(seen.idleTimeout(), now) : null;
    if (streamed != null) {
      window = window.used(millis(streamed));
    }
  }

  private @Nullable Instant due(SessionUse seen, Instant now) {
    return report == null ? window.due(seen.idleAt(now), seen.idleTimeout()) : null;
  }

  private CompletableFuture<Written> report(SessionUse seen, Instant now) {
    Instant at = window.last() == null ? seen.reportable(millis(now), now) : window.last();
    CompletableFuture<Written> stage = new CompletableFuture<>();
    report = stage;
    var unused =
        uses.writeLastActive(seen, at)
            .thenAccept(
                written -> {
                  reported(seen, at, written);
                  stage.complete(written);
                  act();
                });
    return stage;
  }

  private synchronized void reported(SessionUse seen, Instant at, Written written) {
    Instant now = now();
    report = null;
    switch (written) {
      case Written.Stored stored -> {
        listener.wrote();
        changes = 0;
        window = window.reported(at, now, seen.idleTimeout());
      }
      case Written.Changed(var found) -> {
        learn(found, now);
        boolean overtaken = !Objects.equals(found.lastActive(), seen.lastActive());
        changes = overtaken ? 0 : changes + 1;
        if (changes >= MOST_CHANGES) {
          changes = 0;
          window = window.failed(now);
        }
      }
      case Written.Gone gone -> window = UseWindow.NONE;
      case Written.Failed failed -> window = window.failed(now);
    }
  }

  /** What was used before the release is told before it. */
  private void release(SessionUse seen, Duration grace, Instant now) {
    if (report != null || !connections.isReleaseDue(seen, grace, now)) {
      return;
    }
    if (window.last() != null && !seen.suspended()) {
      var unused = report(seen, now);
    } else {
      connections.release(seen, grace, now);
    }
  }

  /** An answer came to a report of a connection or a release. */
  private synchronized void answered(Runnable change) {
    change.run();
    act();
  }

  private void setTimer(Stream<@Nullable Instant> times, Instant now) {
    Instant next = times.filter(Objects::nonNull).min(Instant::compareTo).orElse(null);
    if (next != null && (wake == null || next.isBefore(wake))) {
      wake = next;
      Duration delay = Duration.between(now, next);
      timer.schedule(delay.isNegative() ? Duration.ZERO : delay, this::woken);
    }
  }

  private void woken() {
    synchronized (this) {
      wake = null;
      act();
    }
  }

  static boolean isDue(@Nullable Instant at, Instant now) {
    return at != null && !now.isBefore(at);
  }

  /** What is reported is that long before at most. */
  static Instant millis(Instant at) {
    return at.truncatedTo(ChronoUnit.MILLIS);
  }

  private Instant now() {
    return clock.instant();
  }
}

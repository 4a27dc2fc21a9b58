package dev.mcpsession.gateway.activity;

import dev.mcpsession.gateway.session.SessionUse;
import dev.mcpsession.gateway.session.SessionUses;
import dev.mcpsession.gateway.session.SessionUses.Written;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reports of one session's connections and of its release, for a template with {@code onDisconnect:
 * Release}. Its methods are called in the lock of the {@link SessionReports} that it belongs to.
 */
final class ConnectionReports {
  private final Presences presences;
  private final SessionUses uses;
  private final InstantSource clock;
  private final WriteListener listener;
  private final Consumer<Runnable> answered;
  private final OrphanWatch orphans;
  private boolean connecting;
  private boolean releasing;
  private @Nullable Instant releaseAgain;

  /**
   * @param answered carries out what follows from an answer, in the lock
   * @param spread as of {@link OrphanWatch}
   */
  ConnectionReports(
      Presences presences,
      SessionUses uses,
      InstantSource clock,
      WriteListener listener,
      Consumer<Runnable> answered,
      double spread) {
    this.presences = presences;
    this.uses = uses;
    this.clock = clock;
    this.listener = listener;
    this.answered = answered;
    this.orphans = new OrphanWatch(spread);
  }

  /** Whether an answer is awaited. */
  boolean isBusy() {
    return connecting || releasing;
  }

  /** When the next report of a connection is due; null: none is. */
  @Nullable Instant due(Duration grace) {
    return connecting ? null : presences.connectedDue(grace);
  }

  /** Reports a connection if that is due. */
  void report(SessionUse seen, Duration grace, Instant now) {
    if (!SessionReports.isDue(due(grace), now)) {
      return;
    }
    connecting = true;
    Instant at = presences.connected(SessionReports.millis(now));
    var unused =
        uses.writeLastConnected(seen, at)
            .thenAccept(written -> answered.accept(() -> connected(at, grace, written)));
  }

  private void connected(Instant at, Duration grace, Written written) {
    connecting = false;
    switch (written) {
      case Written.Stored stored -> {
        listener.wrote();
        presences.known(at);
      }
      case Written.Gone gone -> {}
      case Written.Changed changed -> {} // judged anew: another replica has said something
      case Written.Failed failed -> presences.failed(clock.instant(), grace);
    }
  }

  /** When the session is to be released; null: it is not, or is being released. */
  @Nullable Instant releaseDue(SessionUse seen, Duration grace, Instant now) {
    Instant orphaned = orphans.due(seen, grace, now);
    if (releasing || !presences.isEmpty()) {
      return null;
    }
    Instant own = presences.releaseDue(grace);
    return own == null
        ? orphaned
        : releaseAgain != null && releaseAgain.isAfter(own) ? releaseAgain : own;
  }

  boolean isReleaseDue(SessionUse seen, Duration grace, Instant now) {
    return SessionReports.isDue(releaseDue(seen, grace, now), now);
  }

  /** Releases the session, unless another replica has had somebody since. */
  void release(SessionUse seen, Duration grace, Instant now) {
    if (seen.suspended()
        || presences.isElsewhere(seen.lastConnectedAt(now))
        || presences.isElsewhere(seen.lastActiveAt(now))) {
      presences.settled();
      return;
    }
    releasing = true;
    var unused =
        uses.writeReleased(seen, SessionReports.millis(now))
            .thenAccept(written -> answered.accept(() -> released(grace, written)));
  }

  private void released(Duration grace, Written written) {
    releasing = false;
    releaseAgain = null;
    switch (written) {
      case Written.Stored stored -> {
        listener.wrote();
        presences.settled();
      }
      case Written.Gone gone -> presences.settled();
      case Written.Changed changed -> {} // judged anew
      case Written.Failed failed -> {
        releaseAgain = clock.instant().plus(Presences.interval(grace));
        orphans.failed(clock.instant());
      }
    }
  }
}

package dev.mcpsession.gateway.connection;

import dev.mcpsession.api.McpConnection;
import dev.mcpsession.gateway.connection.KnownConnections.Known;
import dev.mcpsession.gateway.connection.KnownConnections.ObjectKey;
import dev.mcpsession.gateway.session.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells other replicas when an id was used last: seldom, unless its user has so many that another
 * replica may look for the least recently used one.
 */
final class UseReports {
  private static final Logger log = LoggerFactory.getLogger(UseReports.class);
  private static final Duration USUALLY = Duration.ofHours(6);
  private static final Duration WHILE_FULL = Duration.ofSeconds(30);

  /** Carries out a request that changes a connection by a JSON patch. */
  interface Patches {
    CompletableFuture<McpConnection> send(Connection connection, String patch);
  }

  private final KnownConnections known;
  private final Patches patches;
  private final Predicate<Connection> full;
  private final InstantSource clock;

  /**
   * @param full whether the user of a connection has as many as allowed
   */
  UseReports(
      KnownConnections known, Patches patches, Predicate<Connection> full, InstantSource clock) {
    this.known = known;
    this.patches = patches;
    this.full = full;
    this.clock = clock;
  }

  /** A request came with its id. */
  void used(Connection connection) {
    Known entry = known.get(ObjectKey.of(connection));
    if (entry != null) {
      entry.use().used(clock.instant().truncatedTo(ChronoUnit.MILLIS));
      report(entry);
    }
  }

  /** The session has one connection more: the use of the others may begin to count. */
  void added(String sessionUid) {
    known.ofSession(sessionUid).forEach(this::report);
  }

  private void report(Known entry) {
    Connection seen = entry.connection();
    Instant at =
        entry
            .use()
            .beginToWrite(
                entry.storedUse(), full.test(seen) ? WHILE_FULL : USUALLY, clock.instant());
    if (at == null) {
      return;
    }
    var unused =
        patches
            .send(seen, ConnectionObjects.used(seen, at))
            .whenComplete((patched, failure) -> written(entry, failure));
  }

  private void written(Known entry, @Nullable Throwable failure) {
    if (failure != null) {
      log.debug("{}", ApiProblem.of(failure, "note the use of " + entry.connection()).message());
    }
    entry.use().written(failure != null, clock.instant());
  }
}

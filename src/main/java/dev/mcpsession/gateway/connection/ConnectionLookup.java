package dev.mcpsession.gateway.connection;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpConnection;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.Reason;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.gateway.connection.KnownConnections.Known;
import dev.mcpsession.gateway.connection.KnownConnections.ObjectKey;
import dev.mcpsession.gateway.kubernetes.ApiCalls;
import dev.mcpsession.gateway.session.Connections.Lookup;
import dev.mcpsession.gateway.session.SessionView;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds connections: from what this replica knows, else by one read for all who ask for the same
 * name at a time. Its ids are genuine ones.
 */
final class ConnectionLookup {
  private static final Logger log = LoggerFactory.getLogger(ConnectionLookup.class);

  /** How long an answer holds that there is no such connection. */
  private static final Duration ABSENCE = Duration.ofMillis(500);

  /** How long it holds that there is one that the informer has not shown. */
  private static final Duration UNSHOWN = Duration.ofSeconds(30);

  /** How long it holds that there is a session that the cache does not show. */
  private static final Duration SESSION = Duration.ofSeconds(5);

  /** How many absences are kept at most. */
  private static final int ABSENCES = 10_000;

  private final KnownConnections known;
  private final ConnectionApi api;
  private final ApiCalls calls;
  private final SessionView sessions;
  private final BooleanSupplier apiSilent;
  private final LongSupplier nanoTime;
  private final Map<ObjectKey, Long> absences = new ConcurrentHashMap<>();
  private final Map<ObjectKey, CompletableFuture<Lookup>> reads = new ConcurrentHashMap<>();

  ConnectionLookup(
      KnownConnections known,
      ConnectionApi api,
      ApiCalls calls,
      SessionView sessions,
      BooleanSupplier apiSilent,
      LongSupplier nanoTime) {
    this.known = known;
    this.api = api;
    this.calls = calls;
    this.sessions = sessions;
    this.apiSilent = apiSilent;
    this.nanoTime = nanoTime;
  }

  /**
   * Looks for a connection.
   *
   * @param sessionName the name that the user's session has, whichever it is
   */
  CompletableFuture<Lookup> find(ObjectKey key, String sessionName) {
    Known entry = known.get(key);
    if (entry != null && isCertain(entry)) {
      return CompletableFuture.completedFuture(new Lookup.Found(entry.connection()));
    }
    Optional<Boolean> rejected = known.end(key);
    if (rejected.isPresent()) {
      return CompletableFuture.completedFuture(ended(rejected.get(), key.namespace(), sessionName));
    }
    if (entry == null && isAbsent(key)) {
      return CompletableFuture.completedFuture(new Lookup.Unknown());
    }
    return apiSilent.getAsBoolean()
        ? CompletableFuture.completedFuture(withoutApi(entry))
        : read(key, sessionName);
  }

  /** Once the user has signed in and has another session, to sign in again would not help. */
  private Lookup ended(boolean rejected, String namespace, String sessionName) {
    McpSession other = sessions.session(namespace, sessionName);
    return rejected && (other == null || other.isMarkedForDeletion())
        ? new Lookup.SignInAgain()
        : new Lookup.Unknown();
  }

  private boolean isCertain(Known entry) {
    long now = nanoTime.getAsLong();
    if (!entry.shown() && !entry.answers().isConnectionNew(now, UNSHOWN)) {
      return false;
    }
    SessionKey session = entry.connection().session();
    McpSession cached = sessions.session(session.namespace(), session.name());
    return (cached != null && isSame(cached, session))
        || entry.answers().isSessionNew(now, SESSION);
  }

  private static boolean isSame(McpSession found, SessionKey session) {
    return found.getMetadata().getUid().equals(session.uid()) && !found.isMarkedForDeletion();
  }

  private boolean isAbsent(ObjectKey key) {
    Long at = absences.get(key);
    if (at == null) {
      return false;
    }
    if (nanoTime.getAsLong() - at < ABSENCE.toNanos()) {
      return true;
    }
    absences.remove(key, at);
    return false;
  }

  private static Lookup withoutApi(@Nullable Known entry) {
    return entry == null ? new Lookup.ApiAway() : new Lookup.Found(entry.connection());
  }

  private CompletableFuture<Lookup> read(ObjectKey key, String sessionName) {
    CompletableFuture<Lookup> mine = new CompletableFuture<>();
    CompletableFuture<Lookup> running = reads.putIfAbsent(key, mine);
    if (running != null) {
      return running;
    }
    var unused =
        calls
            .call(() -> readNow(key, sessionName))
            .exceptionally(
                failure -> {
                  log.debug("McpConnection {} could not be read", key, failure);
                  return withoutApi(known.get(key));
                })
            .thenAccept(
                lookup -> {
                  reads.remove(key, mine);
                  mine.complete(lookup);
                });
    return mine;
  }

  private Lookup readNow(ObjectKey key, String sessionName) {
    Known entry = known.get(key);
    if (entry == null || !entry.shown()) {
      McpConnection found = api.read(key.namespace(), key.name());
      if (found != null) {
        known.put(found, false, nanoTime.getAsLong());
      } else if (entry != null) {
        known.gone(key, entry.connection().session().uid());
      } else {
        noteAbsence(key);
      }
      entry = known.get(key);
    }
    if (entry != null && !isCertain(entry)) {
      readSession(entry);
      entry = known.get(key);
    }
    return entry == null
        ? known
            .end(key)
            .map(rejected -> ended(rejected, key.namespace(), sessionName))
            .orElseGet(Lookup.Unknown::new)
        : new Lookup.Found(entry.connection());
  }

  private void noteAbsence(ObjectKey key) {
    if (absences.size() >= ABSENCES) {
      absences.clear();
    }
    absences.put(key, nanoTime.getAsLong());
  }

  private void readSession(Known entry) {
    SessionKey session = entry.connection().session();
    McpSession found = api.readSession(session.namespace(), session.name());
    if (found != null && isSame(found, session)) {
      entry.answers().sessionRead(nanoTime.getAsLong());
    } else {
      boolean same = found != null && found.getMetadata().getUid().equals(session.uid());
      known.sessionEnded(session.uid(), same && isRejected(found));
    }
  }

  /** Whether the operator deletes a session because its grant was rejected. */
  static boolean isRejected(@Nullable McpSession session) {
    if (session == null || session.getStatus() == null) {
      return false;
    }
    Condition token = session.getStatus().condition(ConditionType.TokenValid);
    return token != null && token.reason().equals(Reason.GrantRejected.name());
  }
}

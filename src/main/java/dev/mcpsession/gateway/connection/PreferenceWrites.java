package dev.mcpsession.gateway.connection;

import dev.mcpsession.api.McpConnection;
import dev.mcpsession.gateway.connection.KnownConnections.Known;
import dev.mcpsession.gateway.connection.KnownConnections.ObjectKey;
import dev.mcpsession.gateway.route.Preference;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Preferences;
import dev.mcpsession.kube.ApiErrors;
import dev.mcpsession.retry.ExponentialBackoff;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores what clients prefer in their connections. Of one connection one request is under way at a
 * time, with all that has come until then, in the order in which it came. What another replica has
 * stored meanwhile is kept.
 */
final class PreferenceWrites {
  private static final Logger log = LoggerFactory.getLogger(PreferenceWrites.class);

  /** Other replicas write to the same connection as well, but seldom. */
  private static final int MOST_CONFLICTS = 10;

  private static final int UNPROCESSABLE = 422;

  private static final ExponentialBackoff PAUSES =
      new ExponentialBackoff(Duration.ofSeconds(1), Duration.ofSeconds(30));

  /** Carries out a blocking request. */
  interface Calls {
    <T> CompletableFuture<T> call(Supplier<T> request);
  }

  /** Runs something later. */
  interface Timer {
    void schedule(Duration delay, Runnable task);
  }

  private record Wish(Preference preference, CompletableFuture<Optional<Connection>> stored) {}

  /** What is to be stored in one connection. Guarded by itself. */
  private static final class Pending {
    private final Connection seen;
    private final List<Wish> wishes = new ArrayList<>();
    private int failures;

    Pending(Connection seen) {
      this.seen = seen;
    }

    synchronized List<Wish> all() {
      return List.copyOf(wishes);
    }

    synchronized void add(Wish wish) {
      wishes.add(wish);
    }

    synchronized boolean remove(List<Wish> done) {
      wishes.removeAll(done);
      return wishes.isEmpty();
    }
  }

  private final KnownConnections known;
  private final ConnectionApi api;
  private final Calls calls;
  private final Timer timer;
  private final LongSupplier nanoTime;
  private final Map<ObjectKey, Pending> pending = new ConcurrentHashMap<>();

  PreferenceWrites(
      KnownConnections known, ConnectionApi api, Calls calls, Timer timer, LongSupplier nanoTime) {
    this.known = known;
    this.api = api;
    this.calls = calls;
    this.timer = timer;
    this.nanoTime = nanoTime;
  }

  /** As {@link dev.mcpsession.gateway.session.Connections#remember} says. */
  CompletableFuture<Optional<Connection>> remember(Connection seen, Preference preference) {
    ObjectKey key = ObjectKey.of(seen);
    Wish wish = new Wish(preference, new CompletableFuture<>());
    Pending fresh = new Pending(seen);
    Pending all =
        pending.compute(
            key,
            (same, running) -> {
              Pending one = running == null ? fresh : running;
              one.add(wish);
              return one;
            });
    if (all == fresh) {
      write(key, fresh);
    }
    return wish.stored();
  }

  /** How many connections have something that is not stored yet. */
  int underWay() {
    return pending.size();
  }

  private void write(ObjectKey key, Pending connection) {
    List<Wish> wishes = connection.all();
    var unused =
        calls
            .call(() -> Optional.ofNullable(store(key, connection.seen, wishes)))
            .whenComplete(
                (stored, failure) -> {
                  if (failure == null) {
                    connection.failures = 0;
                    finish(key, connection, wishes, stored);
                  } else {
                    failed(key, connection, wishes, failure);
                  }
                });
  }

  private void failed(ObjectKey key, Pending connection, List<Wish> wishes, Throwable failure) {
    ApiProblem why =
        ApiProblem.of(failure, "store what the client of " + connection.seen + " prefers");
    if (why.apiAway() && known.end(key).isEmpty()) {
      log.debug("{}; tried again", why.message());
      timer.schedule(PAUSES.delay(++connection.failures), () -> write(key, connection));
      return;
    }
    log.warn("{}. It will not be repeated to the next backend", why.message());
    finish(key, connection, wishes, Optional.empty());
  }

  private void finish(
      ObjectKey key, Pending connection, List<Wish> wishes, Optional<Connection> stored) {
    Pending left =
        pending.computeIfPresent(key, (same, running) -> running.remove(wishes) ? null : running);
    wishes.forEach(wish -> wish.stored().complete(stored));
    if (left != null) {
      write(key, connection);
    }
  }

  /** The connection with all of them; null: it has ended. */
  private @Nullable Connection store(ObjectKey key, Connection seen, List<Wish> wishes) {
    Known entry = known.get(key);
    Connection current = entry == null ? seen : entry.connection();
    for (int conflicts = 0; ; conflicts++) {
      Preferences wanted = with(current, wishes);
      if (wanted.equals(current.preferences())) {
        return current;
      }
      try {
        return take(
            api.patch(key.namespace(), key.name(), ConnectionObjects.prefer(current, wanted)));
      } catch (RuntimeException e) {
        if (ApiProblem.isGone(e)) {
          known.gone(key, seen.session().uid());
          return null;
        }
        if (!isOvertaken(e) || conflicts == MOST_CONFLICTS) {
          throw e;
        }
      }
      McpConnection found = api.read(key.namespace(), key.name());
      Connection read = found == null ? null : take(found);
      if (read == null || !read.uid().equals(seen.uid())) {
        known.gone(key, seen.session().uid());
        return null;
      }
      current = read;
    }
  }

  private @Nullable Connection take(McpConnection object) {
    known.put(object, false, nanoTime.getAsLong());
    return ConnectionObjects.read(object).orElse(null);
  }

  private static Preferences with(Connection connection, List<Wish> wishes) {
    Preferences result = connection.preferences();
    for (Wish wish : wishes) {
      if (!result.hasRoomFor(wish.preference())) {
        log.info(
            "{} has no room for another {} of its client: it will not be repeated to the next"
                + " backend",
            connection,
            wish.preference() instanceof Preference.LogLevel ? "level of logging" : "subscription");
      }
      result = result.with(wish.preference());
    }
    return result;
  }

  /** A test of the patch did not hold. */
  private static boolean isOvertaken(RuntimeException failure) {
    var refusal = ApiErrors.refusal(failure);
    return refusal != null
        && (refusal.getCode() == UNPROCESSABLE
            || refusal.getCode() == HttpURLConnection.HTTP_CONFLICT);
  }
}

package dev.mcpsession.gateway.http;

import dev.mcpsession.api.McpSessionSpec.Owner;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How many requests and streams one user may have in this replica at a time, whatever the template,
 * so that one cannot take the places of all. Thread-safe. A user who has none takes no memory.
 */
final class UserLimits {
  private record Use(int requests, int streams) {
    Use plus(int moreRequests, int moreStreams) {
      return new Use(requests + moreRequests, streams + moreStreams);
    }
  }

  /** A place that is held until it is closed; closing it again does nothing. */
  interface Permit extends AutoCloseable {
    @Override
    void close();
  }

  private final int maxRequests;
  private final int maxStreams;
  private final ConcurrentMap<Owner, Use> users = new ConcurrentHashMap<>();

  /**
   * Nobody has any yet.
   *
   * @param maxRequests of one user at a time
   * @param maxStreams of one user at a time, counted apart from requests
   */
  UserLimits(int maxRequests, int maxStreams) {
    this.maxRequests = maxRequests;
    this.maxStreams = maxStreams;
  }

  /** A place for a request; empty: the user has as many as one may have (429). */
  Optional<Permit> request(Owner user) {
    return take(user, 1, 0);
  }

  /** A place for a GET stream; empty: the user has as many as one may have (429). */
  Optional<Permit> stream(Owner user) {
    return take(user, 0, 1);
  }

  private Optional<Permit> take(Owner user, int requests, int streams) {
    AtomicBoolean held = new AtomicBoolean();
    users.compute(
        user,
        (key, use) -> {
          Use now = use == null ? new Use(0, 0) : use;
          Use then = now.plus(requests, streams);
          held.set(then.requests() <= maxRequests && then.streams() <= maxStreams);
          return held.get() ? then : use;
        });
    return held.get()
        ? Optional.of(
            () -> {
              if (held.compareAndSet(true, false)) {
                give(user, requests, streams);
              }
            })
        : Optional.empty();
  }

  private void give(Owner user, int requests, int streams) {
    users.computeIfPresent(
        user,
        (key, use) -> {
          Use then = use.plus(-requests, -streams);
          return then.equals(new Use(0, 0)) ? null : then;
        });
  }

  /** Users who have a request or a stream. */
  int users() {
    return users.size();
  }
}

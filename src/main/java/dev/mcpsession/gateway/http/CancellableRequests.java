package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.course.Place;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Where each request of a connection is under way from this replica. May be used on all threads.
 */
final class CancellableRequests {
  private record Key(String connection, String requestId) {}

  private final ConcurrentMap<Key, Place> places = new ConcurrentHashMap<>();

  /**
   * A request was sent. If the client uses an id twice, the later one counts.
   *
   * @param connection its name
   * @param requestId as JSON
   * @return to be run at its end
   */
  Runnable begun(String connection, String requestId, Place place) {
    Key key = new Key(connection, requestId);
    places.put(key, place);
    return () -> places.remove(key, place);
  }

  /** Where it is; empty: not from this replica, or not any more. */
  Optional<Place> find(String connection, String requestId) {
    return Optional.ofNullable(places.get(new Key(connection, requestId)));
  }
}

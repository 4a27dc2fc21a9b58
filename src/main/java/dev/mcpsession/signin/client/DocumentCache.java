package dev.mcpsession.signin.client;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What was found at URLs of metadata documents. Clients and failures have room of their own, so
 * that any number of bad URLs drives no client out. To be used under a lock.
 */
final class DocumentCache {
  /** It is kept for the least life once more when its host is away: a day in all. */
  private static final Duration USABLE =
      DocumentAnswer.LONGEST_LIFE.minus(DocumentAnswer.LEAST_LIFE);

  private final Map<String, Kept> clients;
  private final Map<String, Kept> failures;

  /**
   * @param room for each of the two kinds
   */
  DocumentCache(int room) {
    clients = bounded(room);
    failures = bounded(room);
  }

  private record Kept(ClientLookup lookup, Instant freshUntil, Instant usableUntil) {}

  /** The least recently used goes first. */
  private static Map<String, Kept> bounded(int room) {
    return new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true) {
      @Override
      protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
        return size() > room;
      }
    };
  }

  /** What can be used without asking. */
  Optional<ClientLookup> fresh(String url, Instant now) {
    return Optional.ofNullable(clients.get(url))
        .filter(entry -> now.isBefore(entry.freshUntil()))
        .or(
            () ->
                Optional.ofNullable(failures.get(url))
                    .filter(entry -> now.isBefore(entry.freshUntil())))
        .map(Kept::lookup);
  }

  /** A client that was found lately: better than nothing while its host is away. */
  Optional<ClientLookup> stale(String url, Instant now) {
    return Optional.ofNullable(clients.get(url))
        .filter(entry -> now.isBefore(entry.usableUntil()))
        .map(Kept::lookup);
  }

  /**
   * Keeps what was found.
   *
   * @param life how long that is fresh
   * @return what is to be answered: with a host that is away, the client that was found before
   */
  ClientLookup put(String url, ClientLookup found, Instant now, Duration life) {
    switch (found) {
      case ClientLookup.Found client -> {
        failures.remove(url);
        clients.put(url, new Kept(client, now.plus(life), now.plus(USABLE)));
        return client;
      }
      case ClientLookup.Unknown unknown -> {
        clients.remove(url);
        failures.put(url, new Kept(unknown, now.plus(life), now));
        return unknown;
      }
      case ClientLookup.Unavailable unavailable -> {
        ClientLookup answer = stale(url, now).orElse(unavailable);
        failures.put(url, new Kept(answer, now.plus(life), now));
        return answer;
      }
    }
  }
}

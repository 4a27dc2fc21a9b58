package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.stream.StreamEvents;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The backends that feed a {@link StandingStream} now. To be used on its event loop. */
final class Feeds {
  private final List<Feed> feeds = new ArrayList<>(2);

  void add(Feed feed) {
    feeds.add(feed);
  }

  /** Those there are now; not changed by what follows. */
  List<Feed> now() {
    return List.copyOf(feeds);
  }

  /** The revision of the newest one; empty: there is none. */
  OptionalInt newest() {
    return feeds.stream().mapToInt(Feed::revision).max();
  }

  /** Whether the newest backend keeps its events itself. */
  boolean isNewestWithBackend() {
    OptionalInt newest = newest();
    return feeds.stream()
        .filter(feed -> newest.getAsInt() == feed.revision())
        .anyMatch(Feed::isWithBackend);
  }

  /** This backend serves now. */
  void serves(Backend backend) {
    feeds.forEach(feed -> feed.serves(backend));
  }

  /** These events have ended by themselves; empty: they were closed before. */
  Optional<Feed> ended(StreamEvents events) {
    Optional<Feed> found = feeds.stream().filter(it -> it.events() == events).findAny();
    found.ifPresent(feeds::remove);
    return found;
  }

  /** Closes it, unless it has ended or was closed. */
  void close(Feed feed) {
    if (feeds.remove(feed)) {
      feed.close();
    }
  }

  /** Closes those whose backend was replaced and has had its time. */
  void closeDrained(Instant now) {
    now().stream().filter(feed -> feed.isDrained(now)).forEach(this::close);
  }

  /** Takes those out whose backend keeps its events itself: they are closed with the client. */
  void leaveToBackends() {
    feeds.removeIf(Feed::isWithBackend);
  }

  void closeAll() {
    now().forEach(this::close);
  }
}

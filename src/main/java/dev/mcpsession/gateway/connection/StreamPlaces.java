package dev.mcpsession.gateway.connection;

import dev.mcpsession.api.McpConnection;
import dev.mcpsession.api.McpConnectionStatus;
import dev.mcpsession.gateway.session.Connection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which replica has the newest GET stream of a connection, where a backend allows one only. It is
 * written no sooner than a backend has refused a second one.
 */
final class StreamPlaces {
  private static final Logger log = LoggerFactory.getLogger(StreamPlaces.class);

  /** Of this process. */
  private final String replica = UUID.randomUUID().toString();

  private final AtomicLong taken = new AtomicLong();
  private final UseReports.Patches patches;
  private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

  StreamPlaces(UseReports.Patches patches) {
    this.patches = patches;
  }

  /** As {@link dev.mcpsession.gateway.session.Connections#takeStream} says. */
  CompletableFuture<Boolean> take(Connection seen) {
    // Another value each time, or a replica that takes it again would tell nobody.
    String place = replica + "." + taken.incrementAndGet();
    return patches
        .send(seen, ConnectionObjects.streams(seen, place))
        .handle(
            (patched, failure) -> {
              if (failure != null) {
                log.debug("{}", ApiProblem.of(failure, "take the stream of " + seen).message());
              }
              return failure == null;
            });
  }

  /** As {@link dev.mcpsession.gateway.session.Connections#onStreamTaken} says. */
  void listen(Consumer<String> listener) {
    listeners.add(listener);
  }

  /** The informer shows a change. */
  void shown(@Nullable McpConnection before, McpConnection now) {
    String place = place(now);
    if (place != null && !place.startsWith(replica) && !place.equals(place(before))) {
      listeners.forEach(it -> it.accept(now.getMetadata().getName()));
    }
  }

  private static @Nullable String place(@Nullable McpConnection connection) {
    McpConnectionStatus status = connection == null ? null : connection.getStatus();
    return status == null ? null : status.streamReplica();
  }
}

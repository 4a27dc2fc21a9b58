package dev.mcpsession.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.route.Preference;
import dev.mcpsession.gateway.route.User;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connection.Binding;
import dev.mcpsession.gateway.session.Connections;
import dev.mcpsession.gateway.session.Preferences;
import dev.mcpsession.gateway.session.SessionName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Connections in memory. */
final class FakeConnections implements Connections {
  final Map<String, Connection> byId = new ConcurrentHashMap<>();
  final AtomicInteger rebinds = new AtomicInteger();
  private final AtomicInteger ids = new AtomicInteger();
  volatile @Nullable Creation creation;
  volatile @Nullable Lookup lookup;

  /** Whether what is to be remembered is ever told to be stored. */
  volatile boolean storing = true;

  /** Whether the API server takes who has the newest stream. */
  volatile boolean taking = true;

  /** What was to be stored while it is not. */
  final Queue<CompletableFuture<Optional<Connection>>> unstored = new ConcurrentLinkedQueue<>();

  /** Connections whose stream this replica took from others. */
  final List<String> takenStreams = new CopyOnWriteArrayList<>();

  /** Is told if another replica takes one. */
  volatile Consumer<String> streamTaken = name -> {};

  /** So many rebindings from now on are written, and their answers lost. */
  final AtomicInteger lost = new AtomicInteger();

  /** What another replica does just before the next rebinding. */
  volatile @Nullable Binding faster;

  @Override
  public String newId(McpResource resource, User user) {
    return "id-" + ids.incrementAndGet() + "-" + user.owner().subject();
  }

  @Override
  public CompletionStage<Lookup> find(String id, McpResource resource, User user) {
    Lookup forced = lookup;
    if (forced != null) {
      return CompletableFuture.completedStage(forced);
    }
    Connection connection = byId.get(id);
    return CompletableFuture.completedStage(
        connection == null
                || !connection.resource().equals(resource)
                || !connection.ownerHash().equals(SessionName.ownerHash(user.owner()))
            ? new Lookup.Unknown()
            : new Lookup.Found(connection));
  }

  @Override
  public CompletionStage<Creation> create(
      String id,
      McpResource resource,
      User user,
      SessionKey session,
      String protocolVersion,
      String clientName,
      JsonNode initialize,
      Binding binding) {
    Creation forced = creation;
    if (forced != null) {
      return CompletableFuture.completedStage(forced);
    }
    Connection connection =
        new Connection(
            "c-" + id,
            "uid of " + id,
            resource,
            session,
            SessionName.ownerHash(user.owner()),
            protocolVersion,
            initialize,
            binding,
            Optional.empty(),
            Preferences.NONE,
            "1");
    byId.put(id, connection);
    // On another thread, as the real ones complete.
    return CompletableFuture.supplyAsync(() -> new Creation.Created(connection));
  }

  @Override
  public CompletionStage<Rebinding> rebind(Connection seen, Binding binding) {
    rebinds.incrementAndGet();
    String id = seen.name().substring(2);
    Binding other = faster;
    Connection moved = with(seen, other == null ? binding : other);
    faster = null;
    if (lost.getAndUpdate(it -> Math.max(0, it - 1)) > 0) {
      byId.replace(id, moved);
      return CompletableFuture.completedStage(
          new Rebinding.Failed("The API server is away.", true));
    }
    return CompletableFuture.completedStage(
        byId.replace(id, moved) == null
            ? new Rebinding.Gone()
            : other == null ? new Rebinding.Moved(moved) : new Rebinding.Lost(moved));
  }

  static Connection with(Connection old, Binding binding) {
    return new Connection(
        old.name(),
        old.uid(),
        old.resource(),
        old.session(),
        old.ownerHash(),
        old.protocolVersion(),
        old.initialize(),
        binding,
        old.binding().revision() == binding.revision()
            ? old.previous()
            : Optional.of(old.binding()),
        old.preferences(),
        old.resourceVersion() + "1");
  }

  @Override
  public CompletionStage<Optional<Connection>> remember(Connection seen, Preference preference) {
    if (!storing) {
      CompletableFuture<Optional<Connection>> later = new CompletableFuture<>();
      unstored.add(later);
      return later;
    }
    return CompletableFuture.completedStage(
        Optional.ofNullable(
            byId.computeIfPresent(
                seen.name().substring(2),
                (id, old) -> with(old, old.preferences().with(preference)))));
  }

  @Override
  public CompletionStage<Boolean> takeStream(Connection seen) {
    takenStreams.add(seen.name());
    return CompletableFuture.supplyAsync(() -> taking);
  }

  @Override
  public void onStreamTaken(Consumer<String> listener) {
    streamTaken = streamTaken.andThen(listener);
  }

  private static Connection with(Connection old, Preferences preferences) {
    return new Connection(
        old.name(),
        old.uid(),
        old.resource(),
        old.session(),
        old.ownerHash(),
        old.protocolVersion(),
        old.initialize(),
        old.binding(),
        old.previous(),
        preferences,
        old.resourceVersion() + "1");
  }

  @Override
  public CompletionStage<Ending> end(Connection connection) {
    byId.remove(connection.name().substring(2));
    return CompletableFuture.completedStage(new Ending.Ended());
  }

  @Override
  public void used(Connection connection) {}
}

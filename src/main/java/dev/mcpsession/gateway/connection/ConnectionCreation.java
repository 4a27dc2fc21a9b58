package dev.mcpsession.gateway.connection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mcpsession.api.McpConnection;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.gateway.connection.KnownConnections.Known;
import dev.mcpsession.gateway.connection.KnownConnections.ObjectKey;
import dev.mcpsession.gateway.connection.PreferenceWrites.Calls;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.route.User;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connection.Binding;
import dev.mcpsession.gateway.session.Connections.Creation;
import dev.mcpsession.gateway.session.Connections.Ending;
import dev.mcpsession.gateway.session.SessionName;
import dev.mcpsession.gateway.session.SessionView;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stores new connections, as many as a user may have. */
final class ConnectionCreation {
  private static final Logger log = LoggerFactory.getLogger(ConnectionCreation.class);
  private static final int DEFAULT_ALLOWED = 32;

  private final KnownConnections known;
  private final ConnectionApi api;
  private final Calls calls;
  private final SessionView sessions;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Consumer<String> added;
  private final Function<Connection, CompletionStage<Ending>> end;

  /**
   * @param added is told the uid of the session that has one more
   * @param end ends one that has to make room
   */
  ConnectionCreation(
      KnownConnections known,
      ConnectionApi api,
      Calls calls,
      SessionView sessions,
      InstantSource clock,
      LongSupplier nanoTime,
      Consumer<String> added,
      Function<Connection, CompletionStage<Ending>> end) {
    this.known = known;
    this.api = api;
    this.calls = calls;
    this.sessions = sessions;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.added = added;
    this.end = end;
  }

  /** Like {@link dev.mcpsession.gateway.session.Connections#create}. */
  CompletionStage<Creation> create(
      String id,
      McpResource resource,
      User user,
      SessionKey session,
      String protocolVersion,
      String clientName,
      JsonNode initialize,
      Binding binding) {
    Optional<String> problem = ConnectionObjects.problem(protocolVersion, initialize, binding);
    if (problem.isPresent() || !(initialize instanceof ObjectNode params)) {
      return CompletableFuture.completedFuture(new Creation.Refused(problem.orElse("")));
    }
    ConnectionLimit.Decision decision =
        ConnectionLimit.forOneMore(
            known.ofSession(session.uid()).stream().map(ConnectionCreation::use).toList(),
            allowed(resource),
            clock.instant());
    if (!(decision instanceof ConnectionLimit.Decision.Room(var ended))) {
      return CompletableFuture.completedFuture(new Creation.TooMany());
    }
    McpConnection connection =
        ConnectionObjects.create(
            SessionIds.connectionName(id),
            resource,
            session,
            SessionName.ownerHash(user.owner()),
            protocolVersion,
            clientName,
            params,
            binding);
    return calls
        .call(() -> createNow(connection))
        .handle(
            (created, failure) -> {
              if (failure != null) {
                ApiProblem why = ApiProblem.of(failure, "create " + describe(connection));
                return new Creation.Failed(why.message(), why.apiAway());
              }
              ended.forEach(name -> makeRoom(new ObjectKey(resource.namespace(), name)));
              return created;
            });
  }

  private static ConnectionLimit.Use use(Known entry) {
    return new ConnectionLimit.Use(
        entry.connection().name(), entry.createdAt(), entry.lastUsedAt());
  }

  private int allowed(McpResource resource) {
    McpSessionTemplate template = sessions.template(resource.namespace(), resource.template());
    Integer allowed = template == null ? null : template.getSpec().connectionsPerSession();
    return allowed == null ? DEFAULT_ALLOWED : allowed;
  }

  private Creation createNow(McpConnection connection) {
    McpConnection stored = api.create(connection);
    known.put(stored, false, nanoTime.getAsLong());
    Known entry =
        known.get(
            new ObjectKey(stored.getMetadata().getNamespace(), stored.getMetadata().getName()));
    if (entry == null) {
      return new Creation.Failed(
          "Its session ended while " + describe(stored) + " was made", false);
    }
    entry.answers().sessionRead(nanoTime.getAsLong());
    added.accept(stored.getSpec().sessionUid());
    return new Creation.Created(entry.connection());
  }

  /** Whether the user of this connection has as many as allowed. */
  boolean isFull(Connection connection) {
    return known.countOfSession(connection.session().uid()) >= allowed(connection.resource());
  }

  private static String describe(McpConnection connection) {
    return "McpConnection "
        + connection.getMetadata().getNamespace()
        + "/"
        + connection.getMetadata().getName();
  }

  private void makeRoom(ObjectKey key) {
    Known entry = known.get(key);
    if (entry == null) {
      return;
    }
    var unused =
        end.apply(entry.connection())
            .thenAccept(
                ending -> {
                  if (ending instanceof Ending.Failed failed) {
                    log.debug("{}; tried again at the user's next initialize", failed.message());
                  }
                });
  }
}

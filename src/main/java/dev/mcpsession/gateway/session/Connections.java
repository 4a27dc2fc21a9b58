package dev.mcpsession.gateway.session;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.route.Preference;
import dev.mcpsession.gateway.route.User;
import dev.mcpsession.gateway.session.Connection.Binding;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The legacy MCP session ids of all users. No stage completes exceptionally. */
public interface Connections {
  /** A new id, good for this user and resource alone. Nothing is stored. */
  String newId(McpResource resource, User user);

  /**
   * The connection of an id: from the cache, else read live. A forged id, or one of another user or
   * resource, is unknown without a request.
   */
  CompletionStage<Lookup> find(String id, McpResource resource, User user);

  /**
   * Stores a new connection, after the backend has answered. If the user has too many, the least
   * recently used one is ended.
   */
  CompletionStage<Creation> create(
      String id,
      McpResource resource,
      User user,
      SessionKey session,
      String protocolVersion,
      String clientName,
      JsonNode initialize,
      Binding binding);

  /** Moves a connection to another backend session, unless somebody else has moved it. */
  CompletionStage<Rebinding> rebind(Connection seen, Binding binding);

  /**
   * Stores what a client asked of its backend, since later ones have to be told as well. It is
   * tried until it is done, or cannot be.
   *
   * @return the connection as it is stored then; empty: it ended, or there is no room for it
   */
  CompletionStage<Optional<Connection>> remember(Connection seen, Preference preference);

  /**
   * Has the connection's GET streams in other replicas closed, since a backend allows one only, and
   * the newest is here.
   *
   * @return whether they will be
   */
  CompletionStage<Boolean> takeStream(Connection seen);

  /**
   * Listens to what other replicas take.
   *
   * @param listener gets the name of a connection whose GET stream here has to be closed, on a
   *     thread of the caches
   */
  void onStreamTaken(Consumer<String> listener);

  /** Ends an id for all replicas. */
  CompletionStage<Ending> end(Connection connection);

  /** Notes use in memory, and in the object at most every 6 hours. */
  void used(Connection connection);

  /** What {@link #find} found. */
  sealed interface Lookup {
    record Found(Connection connection) implements Lookup {}

    /** 404. */
    record Unknown() implements Lookup {}

    /** It ended for a rejected grant: 401. */
    record SignInAgain() implements Lookup {}

    /** The API server is away, and the cache does not know the id: 503. */
    record ApiAway() implements Lookup {}
  }

  /** What {@link #create} did. */
  sealed interface Creation {
    record Created(Connection connection) implements Creation {}

    /** The user has four times as many as allowed, all of them young: 429. */
    record TooMany() implements Creation {}

    /**
     * What the client sent cannot be kept, such as an initialize of more than 16 KiB: 400.
     *
     * @param message for the client
     */
    record Refused(String message) implements Creation {}

    /** It could not be written. */
    record Failed(String message, boolean apiAway) implements Creation {}
  }

  /** What {@link #rebind} did. */
  sealed interface Rebinding {
    record Moved(Connection connection) implements Rebinding {}

    /** Another replica was faster: use its binding. */
    record Lost(Connection winner) implements Rebinding {}

    /** The connection ended meanwhile. */
    record Gone() implements Rebinding {}

    record Failed(String message, boolean apiAway) implements Rebinding {}
  }

  /** What {@link #end} did. */
  sealed interface Ending {
    record Ended() implements Ending {}

    record Failed(String message, boolean apiAway, Optional<Integer> status) implements Ending {}
  }
}

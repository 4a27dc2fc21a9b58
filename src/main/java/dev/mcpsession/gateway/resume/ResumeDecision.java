package dev.mcpsession.gateway.resume;

import dev.mcpsession.gateway.route.Incarnation;
import java.util.Optional;

/** Where the rest of a legacy client's stream comes from (MCP 2025-11-25, transports). */
public sealed interface ResumeDecision {
  /** The backend that gave the event's id still has its session with this client, and is asked. */
  record AskBackend(Incarnation session, String backendEventId) implements ResumeDecision {}

  /** This replica keeps the stream. */
  record Replay(long stream, long after) implements ResumeDecision {}

  /** Another replica keeps it. */
  record Forward(ReplicaId replica) implements ResumeDecision {}

  /** The GET stream, without what was missed. */
  record Live() implements ResumeDecision {}

  /**
   * Nobody has it: the request ends with an error.
   *
   * @param requestId as JSON
   */
  record Lost(String requestId) implements ResumeDecision {}

  /**
   * For an id that holds a backend's. The GET stream is never asked of a backend that drains: what
   * comes on it is not the GET stream any more.
   *
   * @param from the backend session that gave the id
   * @param requestId of the request that the stream answers; empty: the GET stream
   * @param backendEventId as the backend gave it
   * @param serving the backend session that the connection is bound to, if its backend serves
   * @param draining the one that it was bound to before, while that backend drains
   */
  static ResumeDecision ofBackend(
      Incarnation from,
      Optional<String> requestId,
      String backendEventId,
      Optional<Incarnation> serving,
      Optional<Incarnation> draining) {
    boolean reachable =
        serving.equals(Optional.of(from))
            || (requestId.isPresent() && draining.equals(Optional.of(from)));
    return reachable ? new AskBackend(from, backendEventId) : lost(requestId);
  }

  /**
   * For an id that the gateway gave.
   *
   * @param replica that the id names; empty: it is forged, or was sealed with keys that are gone
   * @param own this replica
   * @param kept whether this replica keeps the stream, for this connection, and all of it after the
   *     event
   */
  static ResumeDecision ofBuffer(
      BufferedEventId id, Optional<ReplicaId> replica, ReplicaId own, boolean kept) {
    if (replica.isEmpty()) {
      return lost(id.requestId());
    }
    if (!replica.get().equals(own)) {
      return isSameProcessPlace(replica.get(), own)
          ? lost(id.requestId()) // the process that kept it was here before this one
          : new Forward(replica.get());
    }
    return kept ? new Replay(id.stream(), id.number()) : lost(id.requestId());
  }

  private static boolean isSameProcessPlace(ReplicaId replica, ReplicaId own) {
    return replica.host().equals(own.host()) && replica.port() == own.port();
  }

  private static ResumeDecision lost(Optional<String> requestId) {
    return requestId.<ResumeDecision>map(Lost::new).orElseGet(Live::new);
  }
}

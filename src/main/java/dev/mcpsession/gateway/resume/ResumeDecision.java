package dev.mcpsession.gateway.resume;

import java.util.Optional;
import java.util.OptionalInt;

/** Where the rest of a legacy client's stream comes from (MCP 2025-11-25, transports). */
public sealed interface ResumeDecision {
  /** The backend that gave the event's id still has its session with this client, and is asked. */
  record AskBackend(int revision, String backendEventId) implements ResumeDecision {}

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
   * @param eventRevision of the backend that gave the id
   * @param requestId of the request that the stream answers; empty: the GET stream
   * @param backendEventId as the backend gave it
   * @param serving revision of the backend that the connection is bound to and that serves
   * @param draining revision of the one that it was bound to before, while that drains
   */
  static ResumeDecision ofBackend(
      int eventRevision,
      Optional<String> requestId,
      String backendEventId,
      OptionalInt serving,
      OptionalInt draining) {
    boolean reachable =
        isThis(serving, eventRevision)
            || (requestId.isPresent() && isThis(draining, eventRevision));
    return reachable ? new AskBackend(eventRevision, backendEventId) : lost(requestId);
  }

  private static boolean isThis(OptionalInt revision, int wanted) {
    return revision.isPresent() && revision.getAsInt() == wanted;
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

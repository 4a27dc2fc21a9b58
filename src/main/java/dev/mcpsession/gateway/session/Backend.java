package dev.mcpsession.gateway.session;

import dev.mcpsession.api.SessionKey;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;

/**
 * The Pod that serves a session. Session and revision identify it: a revision is one Pod, and its
 * number never returns.
 *
 * @param endpoint of the MCP server in it
 * @param servingSince when it was promoted
 * @param drain how long its predecessor goes on after that
 * @param idleTimeout zero: the session is never idle
 */
public record Backend(
    SessionKey session,
    int revision,
    URI endpoint,
    Instant servingSince,
    Duration drain,
    Duration idleTimeout) {

  /** Whether those that served before this one still have time for what they began. */
  public boolean hasDrainingPredecessor(Instant now) {
    return now.isBefore(servingSince.plus(drain));
  }

  /** The backend of this session that a revision and its endpoint stand for. */
  public Backend ofSameSession(int itsRevision, URI itsEndpoint) {
    return new Backend(session, itsRevision, itsEndpoint, servingSince, drain, idleTimeout);
  }
}

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
    Duration idleTimeout) {}

package dev.mcpsession.gateway.resume;

import java.time.Duration;

/**
 * How much is kept for clients that may come back.
 *
 * @param eventsOfSession of all streams of an McpSession together; the oldest go first
 * @param bytesOfSession likewise
 * @param bytes of all streams; the oldest events of the least recently used stream go first
 * @param afterEnd how long a stream is kept once nothing more comes
 */
public record BufferBounds(
    int eventsOfSession, long bytesOfSession, long bytes, Duration afterEnd) {}

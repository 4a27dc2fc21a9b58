package dev.mcpsession.gateway.http;

import dev.mcpsession.config.Authority;
import java.net.URI;
import java.time.Duration;

/**
 * What the server is told by the configuration.
 *
 * @param port 0: any that is free
 * @param advertised where other replicas of the gateway reach this one
 * @param baseUrl as clients see it
 * @param guards which hosts and web pages requests may come from
 * @param shutdownTimeout how long requests under way may last once the server closes
 */
public record ServerSettings(
    String host,
    int port,
    Authority advertised,
    URI baseUrl,
    Guards guards,
    Limits limits,
    Duration shutdownTimeout) {

  /**
   * Bounds of what clients may take.
   *
   * @param headerBytes request line and headers together (431)
   * @param bodyBytes of a request (413)
   * @param headerTimeout until the headers are there (408)
   * @param bodyTimeout between two reads of a body (408)
   * @param connections of all clients; beyond, new ones are closed
   * @param requestsPerUser at a time (429)
   * @param streamsPerUser at a time (429)
   * @param connectTimeout of a connection to a backend
   * @param bufferEvents that are kept of one session for clients that come back
   * @param bufferBytesOfSession of these events
   * @param bufferBytes of such events of all sessions
   */
  public record Limits(
      int headerBytes,
      int bodyBytes,
      Duration headerTimeout,
      Duration bodyTimeout,
      int connections,
      int requestsPerUser,
      int streamsPerUser,
      Duration connectTimeout,
      int bufferEvents,
      int bufferBytesOfSession,
      int bufferBytes) {

    /** Those of the documentation. */
    public static final Limits DEFAULT =
        new Limits(
            16 * 1024,
            4 * 1024 * 1024,
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            20_000,
            64,
            128,
            Duration.ofSeconds(2),
            10_000,
            16 * 1024 * 1024,
            256 * 1024 * 1024);
  }
}

package dev.mcpsession.gateway.http;

import java.time.Duration;

/**
 * How often and how long the server does what it does by itself. Only tests have other values.
 *
 * @param silentPatience how long a request waits for its session whose client hears nothing
 * @param bridge when a client that takes events gets the head of its answer before there is one,
 *     and how often a comment from then on: clients give up after 30 to 60 s of silence
 * @param heartbeat how often a stream gets a comment
 * @param subscription when a stream begins to follow its session: most are over before
 * @param unread how long a GET stream whose client has left goes on while nobody reads what is kept
 *     of it
 * @param linger how long a client may read why it is turned away before its connection is closed
 */
record Pace(
    Duration silentPatience,
    Duration bridge,
    Duration heartbeat,
    Duration subscription,
    Duration unread,
    Duration linger) {
  static final Pace DEFAULT =
      new Pace(
          Duration.ofSeconds(25),
          Duration.ofSeconds(5),
          Duration.ofSeconds(15),
          Duration.ofSeconds(5),
          Duration.ofSeconds(60),
          Duration.ofSeconds(1));
}

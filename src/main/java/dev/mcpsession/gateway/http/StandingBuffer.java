package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.proxy.EventRelay;
import dev.mcpsession.gateway.resume.BufferedStream;
import dev.mcpsession.gateway.session.Connection;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the events of a GET stream are kept whose backends give them no ids. Whoever reads the
 * stream gets them from there, the client that opened it as well. To be used on its event loop.
 */
final class StandingBuffer {
  private final EventLoop loop;
  private final KeptStreams kept;
  private final Connection connection;
  private @Nullable EventRelay client;
  private Buffer lastWords = Buffer.buffer();
  private @Nullable BufferedStream stream;

  /**
   * Takes no memory before the first event.
   *
   * @param client that opened the stream
   */
  StandingBuffer(EventLoop loop, KeptStreams kept, Connection connection, EventRelay client) {
    this.loop = loop;
    this.kept = kept;
    this.connection = connection;
    this.client = client;
  }

  /** Begins with the first call, while the client is there. */
  BufferedStream stream() {
    if (stream == null) {
      EventRelay reader = Objects.requireNonNull(client);
      BufferedStream begun =
          kept.buffers().open(connection.session().uid(), connection.name(), Optional.empty());
      stream = begun;
      BufferReplay.begin(
          loop, reader, begun, kept.prefix(begun), 0, how -> reader.endHere(lastWords, true));
    }
    return stream;
  }

  /** Whether an event is in it, or was, so that a client may come back for those after it. */
  boolean isBegun() {
    return stream != null;
  }

  /** The client that opened the stream has left. */
  void clientLeft() {
    client = null;
  }

  /** How long nobody has read it. */
  Duration unreadFor() {
    return stream == null ? Duration.ZERO : stream.unreadFor();
  }

  /**
   * Nothing more comes. Who reads it gets the rest.
   *
   * @param last what the client that opened the stream gets behind that, if it is still there
   */
  void end(Buffer last) {
    lastWords = last;
    if (stream != null) {
      stream.endUnlessRead();
    }
  }
}

package dev.mcpsession.bench.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A client with a stream open: a bare socket, so that the way it ends is its own choice. */
public final class StreamClient implements AutoCloseable {
  private static final String STATUS = "HTTP/1.1 200";

  private final SocketChannel channel;

  private StreamClient(SocketChannel channel) {
    this.channel = channel;
  }

  /** Returns when the stream's first comment has come. */
  public static StreamClient open(int port, String target) throws IOException {
    return open(port, "GET /" + target + " HTTP/1.1\r\nhost: localhost\r\n\r\n", ": open");
  }

  /** Sends a request as it stands, and returns when the words came in answer. */
  public static StreamClient open(int port, String request, String awaited) throws IOException {
    SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
    StringBuilder answer = new StringBuilder();
    ByteBuffer some = ByteBuffer.allocate(4096);
    while (answer.indexOf(awaited) < 0) {
      if (channel.read(some.clear()) < 0) {
        throw new IOException("The stream was closed at its start, after: " + answer);
      }
      answer.append(StandardCharsets.US_ASCII.decode(some.flip()));
      if (answer.length() > STATUS.length() && answer.indexOf(STATUS) != 0) {
        throw new IOException("No stream was opened: " + answer);
      }
    }
    return new StreamClient(channel);
  }

  /** Reads until these words have come; what comes with them is read as well. */
  public void await(String words) {
    StringBuilder came = new StringBuilder();
    ByteBuffer some = ByteBuffer.allocate(1024);
    try {
      while (came.indexOf(words) < 0) {
        if (channel.read(some.clear()) < 0) {
          throw new IOException("The stream was closed after: " + came);
        }
        came.append(StandardCharsets.US_ASCII.decode(some.flip()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() throws IOException {
    return ((InetSocketAddress) channel.getLocalAddress()).getPort();
  }

  /** Ends the connection with a RST instead of a FIN. */
  void reset() throws IOException {
    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    channel.close();
  }

  /** Ends the connection with a FIN: whatever came is read before. */
  @Override
  public void close() throws IOException {
    channel.configureBlocking(false);
    ByteBuffer some = ByteBuffer.allocate(4096);
    while (channel.read(some.clear()) > 0) {
      // A socket that is closed with bytes unread sends a RST.
    }
    channel.close();
  }
}

package dev.mcpsession.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Sends and reads bytes as they are, over one connection. */
public final class RawClient implements AutoCloseable {
  /**
   * Small, so that a client that does not read holds its sender up soon, and several segments of
   * the loopback device (64 KiB): the sender of a window that is smaller than one waits 200 ms
   * before each.
   */
  private static final int RECEIVE_BUFFER = 256 * 1024;

  private final Socket socket;

  public RawClient(int port) {
    try {
      socket = new Socket();
      socket.setReceiveBufferSize(RECEIVE_BUFFER);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5000);
      socket.setSoTimeout(20_000);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of this side. */
  int port() {
    return socket.getLocalPort();
  }

  public RawClient send(String text) {
    try {
      socket.getOutputStream().write(text.getBytes(ISO_8859_1));
      socket.getOutputStream().flush();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A POST of this body to the MCP endpoint, as this user. */
  RawClient post(String token, String headers, String body) {
    return send(
        "POST /team/forgejo/mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
            + token
            + "\r\n"
            + "Content-Type: application/json\r\n"
            + "Accept: application/json, text/event-stream\r\n"
            + headers
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }

  /** GET, DELETE or another method without a body, as this user. */
  RawClient request(String method, String token, String headers) {
    return send(
        method
            + " /team/forgejo/mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
            + token
            + "\r\nAccept: text/event-stream\r\n"
            + headers
            + "\r\n");
  }

  /** All that comes until this text has come, or the other side closes. */
  String readUntil(String text) {
    StringBuilder read = new StringBuilder();
    try {
      InputStream in = socket.getInputStream();
      while (read.indexOf(text) < 0) {
        int next = in.read();
        if (next < 0) {
          return read.toString();
        }
        read.append((char) next);
      }
      return read.toString();
    } catch (IOException e) {
      return read + "\n(" + e.getMessage() + ")";
    }
  }

  /** How many bytes come until this text has come. Fails if the other side closes before. */
  long countUntil(String text) {
    byte[] some = new byte[16 * 1024];
    String tail = "";
    long count = 0;
    try {
      while (!tail.contains(text)) {
        int read = socket.getInputStream().read(some);
        if (read < 0) {
          throw new IllegalStateException("closed after " + count + " bytes");
        }
        count += read;
        String both = tail + new String(some, 0, read, ISO_8859_1);
        tail = both.substring(Math.max(0, both.length() - read - text.length()));
      }
      return count;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All that comes until the other side closes. */
  public String readAll() {
    return readUntil("\0");
  }

  /** Whether the other side closes, or resets, before anything else comes. */
  boolean isClosed() {
    try {
      return socket.getInputStream().read() < 0;
    } catch (IOException e) {
      return String.valueOf(e.getMessage()).contains("reset");
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

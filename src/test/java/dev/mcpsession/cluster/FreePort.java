package dev.mcpsession.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** A port for a process that must be told where to listen. */
public final class FreePort {
  private FreePort() {}

  /** A port of this machine's loopback address on which nothing listens yet. */
  public static int onLoopback() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }
}

package dev.mcpsession.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;

/**
 * Pod IPs on one machine: 127.0.0.2 and up, so that each Pod has the port in its spec to itself.
 */
public final class LoopbackAddresses {
  private static final int FIRST = 2;
  private static final int LAST = 254;

  private final Set<String> taken = new HashSet<>();

  /** An address where nothing listens on that port; reserved until released. */
  synchronized String take(int port) {
    for (int i = FIRST; i <= LAST; i++) {
      String address = "127.0.0." + i;
      if (!taken.contains(address) && canListen(address, port)) {
        taken.add(address);
        return address;
      }
    }
    throw new IllegalStateException(
        ("no address of 127.0.0.%d to 127.0.0.%d lets a process listen on port %d; a Mac has none"
                + " until 'sudo ifconfig lo0 alias 127.0.0.2', and so on for 3 and 4")
            .formatted(FIRST, LAST, port));
  }

  synchronized void release(String address) {
    taken.remove(address);
  }

  /** The preferred port if nothing on this machine listens on it, else any free one. */
  public static int freePort(int preferred) {
    if (canListen("0.0.0.0", preferred)) {
      return preferred;
    }
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException("no free port", e);
    }
  }

  private static boolean canListen(String address, int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral(address), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}

package dev.mcpsession.cli;

import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks of options and variables that several roles have. */
final class ServerOptions {
  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final Pattern ADDRESS =
      Pattern.compile("(?<host>[^:\\[\\]]+|\\[[0-9a-fA-F:.%]+])?:(?<port>[0-9]{1,5})");
  private static final List<String> LEVELS =
      List.of("OFF", "ERROR", "WARN", "INFO", "DEBUG", "TRACE");
  private static final List<String> FORMATS = List.of("TEXT", "JSON");

  private ServerOptions() {}

  static void checkNamespaces(Collection<String> namespaces, List<String> problems) {
    for (String namespace : namespaces) {
      if (!NAMESPACE.matcher(namespace).matches()) {
        problems.add("--namespace: '" + namespace + "' is not a name of a namespace");
      }
    }
  }

  /** The logging framework accepts any value, and then logs everything or nothing. */
  static void checkLogVariables(Map<String, String> environment, List<String> problems) {
    checkVariable("LOG_LEVEL", LEVELS, environment, problems);
    checkVariable("LOG_FORMAT", FORMATS, environment, problems);
  }

  private static void checkVariable(
      String name, List<String> allowed, Map<String, String> environment, List<String> problems) {
    String value = environment.get(name);
    if (value != null && !allowed.contains(value)) {
      problems.add(name + " is '" + value + "'; it must be one of " + String.join(", ", allowed));
    }
  }

  /**
   * An address to listen on; empty: there is a problem.
   *
   * @param option such as --http
   * @param value such as 0.0.0.0:8080
   */
  static Optional<InetSocketAddress> address(String option, String value, List<String> problems) {
    Matcher parts = ADDRESS.matcher(value);
    if (!parts.matches() || Integer.parseInt(parts.group("port")) > 65535) {
      problems.add(option + ": '" + value + "' is not HOST:PORT with a port from 0 to 65535");
      return Optional.empty();
    }
    int port = Integer.parseInt(parts.group("port"));
    String host = parts.group("host");
    InetSocketAddress address =
        host == null ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      problems.add(option + ": the host " + host + " is not known");
      return Optional.empty();
    }
    return Optional.of(address);
  }
}

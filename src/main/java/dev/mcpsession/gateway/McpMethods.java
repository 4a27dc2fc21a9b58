package dev.mcpsession.gateway;

import java.util.Optional;
import java.util.Set;

/**
 * The methods that clients send by the MCP specification, from 2025-03-26 to 2026-07-28 with its
 * extension for tasks. Only these become values of a label: anybody can send others.
 */
final class McpMethods {
  static final String OTHER = "other";

  private static final Set<String> KNOWN =
      Set.of(
          "completion/complete",
          "initialize",
          "logging/setLevel",
          "notifications/cancelled",
          "notifications/initialized",
          "notifications/progress",
          "notifications/roots/list_changed",
          "notifications/tasks/status",
          "ping",
          "prompts/get",
          "prompts/list",
          "resources/list",
          "resources/read",
          "resources/subscribe",
          "resources/templates/list",
          "resources/unsubscribe",
          "server/discover",
          "subscriptions/listen",
          "tasks/cancel",
          "tasks/get",
          "tasks/list",
          "tasks/result",
          "tasks/update",
          "tools/call",
          "tools/list");

  private static final Set<String> WITHOUT_A_MESSAGE = Set.of("GET", "DELETE", "OPTIONS");

  private McpMethods() {}

  /**
   * A label's value for a request.
   *
   * @param method of its JSON-RPC message, as sent; empty: it has none
   */
  static String label(String httpMethod, Optional<String> method) {
    String name = method.orElse(httpMethod);
    return (method.isPresent() ? KNOWN : WITHOUT_A_MESSAGE).contains(name) ? name : OTHER;
  }
}

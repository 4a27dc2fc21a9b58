package dev.mcpsession.gateway.route;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the path of a request names. */
public sealed interface RequestPath {
  /** An MCP endpoint. */
  record Endpoint(McpResource resource) implements RequestPath {}

  /** The metadata of an MCP endpoint as a protected resource (RFC 9728, section 3.1). */
  record Metadata(McpResource resource) implements RequestPath {}

  /** Nothing that there is. */
  record Nothing() implements RequestPath {
    @Override
    public McpResource resource() {
      throw new IllegalStateException("this path names nothing");
    }
  }

  /** Names as Kubernetes allows them (RFC 1123, section 2.1), so nothing is encoded. */
  Pattern SYNTAX =
      Pattern.compile(
          "(/\\.well-known/oauth-protected-resource)?"
              + "/([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)"
              + "/([a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?)/mcp");

  /** The resource, if it names something. */
  McpResource resource();

  /**
   * Reads a path.
   *
   * @param path without a query, as sent
   */
  static RequestPath parse(String path) {
    Matcher parts = SYNTAX.matcher(path);
    if (!parts.matches()) {
      return new Nothing();
    }
    McpResource resource = new McpResource(parts.group(2), parts.group(3));
    return parts.group(1) == null ? new Endpoint(resource) : new Metadata(resource);
  }
}

package dev.mcpsession.gateway.route;

import dev.mcpsession.api.McpSessionTemplate;

/**
 * What clients address: a template, as a protected resource (RFC 9728).
 *
 * @param namespace of the template and of its sessions
 */
public record McpResource(String namespace, String template) {
  /** What clients address as this template. */
  public static McpResource of(McpSessionTemplate template) {
    return new McpResource(template.getMetadata().getNamespace(), template.getMetadata().getName());
  }

  /** The path of the MCP endpoint. */
  public String path() {
    return "/" + namespace + "/" + template + "/mcp";
  }

  @Override
  public String toString() {
    return namespace + "/" + template;
  }
}

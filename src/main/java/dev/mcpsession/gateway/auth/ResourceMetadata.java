package dev.mcpsession.gateway.auth;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mcpsession.gateway.route.McpResource;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * PURE. What a client has to know before it can get a token (RFC 9728). It says nothing of
 * templates, so that it is the same for one that exists, one that does not, and one that the client
 * may not use: scopes that a template requires are told to those who may use it.
 */
public final class ResourceMetadata {
  /** Path of the documents; the path of the resource follows (RFC 9728, section 3.1). */
  public static final String WELL_KNOWN = "/.well-known/oauth-protected-resource";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String baseUrl;
  private final List<String> issuers;
  private final List<String> scopes;

  /**
   * @param baseUrl as clients see the gateway, such as https://mcp.example
   */
  public ResourceMetadata(String baseUrl, List<IssuerSettings> issuers) {
    this(baseUrl, Optional.empty(), issuers);
  }

  /**
   * @param own the gateway as an authorization server, which clients are to try first; empty: it is
   *     none
   */
  public ResourceMetadata(String baseUrl, Optional<String> own, List<IssuerSettings> issuers) {
    this.baseUrl = baseUrl.endsWith("/") ? baseUrl.substring(0, baseUrl.length() - 1) : baseUrl;
    this.issuers =
        Stream.concat(own.stream(), issuers.stream().map(IssuerSettings::issuer)).toList();
    this.scopes =
        issuers.stream()
            .flatMap(issuer -> issuer.requiredScopes().stream())
            .distinct()
            .sorted()
            .toList();
  }

  /** The resource's identifier: the URL of its MCP endpoint, which tokens are for (RFC 8707). */
  public String resourceUrl(McpResource resource) {
    return baseUrl + path(resource);
  }

  /** Where its document is. */
  public String url(McpResource resource) {
    return baseUrl + WELL_KNOWN + path(resource);
  }

  /** The scopes that every token needs, whatever it is for; sorted. */
  public List<String> scopes() {
    return scopes;
  }

  /** The document, as JSON. */
  public String document(McpResource resource) {
    ObjectNode document = JSON.createObjectNode();
    document.put("resource", resourceUrl(resource));
    ArrayNode servers = document.putArray("authorization_servers");
    issuers.forEach(servers::add);
    if (!scopes.isEmpty()) {
      ArrayNode supported = document.putArray("scopes_supported");
      scopes.forEach(supported::add);
    }
    document.putArray("bearer_methods_supported").add("header");
    document.put("resource_name", resource.toString());
    return document.toString();
  }

  /** Names of templates need no encoding; what a client puts in their place may. */
  private static String path(McpResource resource) {
    return new McpResource(encoded(resource.namespace()), encoded(resource.template())).path();
  }

  private static String encoded(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }
}

package dev.mcpsession.gateway.http;

import dev.mcpsession.config.Authority;
import dev.mcpsession.config.WebOrigin;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which hosts and web pages a request may come from, and what a browser is told of it. Protects
 * against DNS rebinding (MCP specification, transports, "Security Warning"): a page that made its
 * own name resolve to the gateway still sends that name as Host and as Origin. Immutable.
 */
public final class Guards {
  private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}");

  /** Longer lists of requested headers are cut: no client has so many. */
  private static final int MAX_REQUESTED_HEADERS = 64;

  private static final List<String> ALLOWED_HEADERS =
      List.of(
          "Authorization",
          "Content-Type",
          "Mcp-Session-Id",
          "MCP-Protocol-Version",
          "Last-Event-ID");

  /** The methods of an MCP endpoint. */
  private static final String METHODS = "GET, POST, DELETE, OPTIONS";

  /** Browsers cap it at 2 h (Chromium) and 24 h (Firefox). */
  private static final String PREFLIGHT_SECONDS = "7200";

  /**
   * Why a request is not let in.
   *
   * @param message for whoever runs the client, with what to do
   */
  public record Refusal(int status, Rejection reason, String message) {}

  private final Set<String> hosts;
  private final boolean loopbackHosts;
  private final Set<WebOrigin> origins;

  /**
   * Takes over the configuration.
   *
   * @param baseUrl as clients see it; its own origin is always allowed
   * @param allowedHosts without ports; empty: the host of the base URL, and loopback
   */
  public Guards(
      URI baseUrl, Collection<Authority> allowedHosts, Collection<WebOrigin> allowedOrigins) {
    WebOrigin own = WebOrigin.of(baseUrl);
    hosts =
        allowedHosts.isEmpty()
            ? Set.of(own.authority().host())
            : allowedHosts.stream().map(Authority::host).collect(Collectors.toUnmodifiableSet());
    loopbackHosts = allowedHosts.isEmpty();
    origins =
        Stream.concat(Stream.of(own), allowedOrigins.stream())
            .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Why a request is refused; empty: it may pass.
   *
   * @param hostHeaders all values of Host, or the one of :authority
   * @param originHeaders all values of Origin; none: no browser sends it, or a page of the same
   *     origin does
   */
  public Optional<Refusal> refusal(List<String> hostHeaders, List<String> originHeaders) {
    if (hostHeaders.size() != 1) {
      return Optional.of(
          new Refusal(
              400, Rejection.HOST, "A request must have one header Host (RFC 9110 section 7.2)."));
    }
    Authority host = Authority.parse(hostHeaders.getFirst());
    if (host == null || !isAllowed(host)) {
      return Optional.of(
          new Refusal(
              421,
              Rejection.HOST,
              "This gateway does not answer for the host of this request. Use its baseUrl, or have"
                  + " the host added to allowedHosts of its configuration."));
    }
    if (originHeaders.isEmpty()) {
      return Optional.empty();
    }
    return originHeaders.size() == 1 && isAllowed(originHeaders.getFirst(), host)
        ? Optional.empty()
        : Optional.of(
            new Refusal(
                403,
                Rejection.ORIGIN,
                "Web pages of this origin may not use this gateway. To allow them, add the origin"
                    + " to allowedOrigins of its configuration."));
  }

  private boolean isAllowed(Authority host) {
    return hosts.contains(host.host()) || (loopbackHosts && host.isLoopback());
  }

  private boolean isAllowed(String header, Authority host) {
    WebOrigin origin = WebOrigin.parse(header);
    return origin != null && (origins.contains(origin) || isSameLoopback(origin, host));
  }

  /** A page that came from the gateway's own loopback port, whatever name it used for it. */
  private static boolean isSameLoopback(WebOrigin origin, Authority host) {
    return host.isLoopback() && origin.equals(WebOrigin.of("http", host));
  }

  /**
   * What every answer to an allowed origin carries, errors included, or a page could not read them.
   *
   * @param origin the header of a request that was not {@linkplain #refusal refused}; null: none
   */
  public Map<String, String> responseHeaders(@Nullable String origin) {
    return origin == null
        ? Map.of("Vary", "Origin")
        : Map.of(
            "Vary",
            "Origin",
            "Access-Control-Allow-Origin",
            origin,
            "Access-Control-Expose-Headers",
            "Mcp-Session-Id, WWW-Authenticate");
  }

  /**
   * All headers of the answer to OPTIONS, whose status is 204. A browser asks so before it sends
   * what a form could not send (Fetch standard, "CORS-preflight request"), without any credentials.
   *
   * @param origin as for {@link #responseHeaders}
   * @param requestedHeaders the header Access-Control-Request-Headers; null: none
   */
  public Map<String, String> preflightHeaders(
      @Nullable String origin, @Nullable String requestedHeaders) {
    Map<String, String> headers = new HashMap<>(responseHeaders(origin));
    headers.put("Allow", METHODS);
    if (origin != null) {
      headers.put("Vary", "Origin, Access-Control-Request-Headers");
      headers.put("Access-Control-Allow-Methods", "GET, POST, DELETE");
      headers.put(
          "Access-Control-Allow-Headers", String.join(", ", allowedHeaders(requestedHeaders)));
      headers.put("Access-Control-Max-Age", PREFLIGHT_SECONDS);
    }
    return Map.copyOf(headers);
  }

  /** The fixed ones, and what else the client wants of MCP's own headers (2026-07-28). */
  private static List<String> allowedHeaders(@Nullable String requested) {
    Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    names.addAll(ALLOWED_HEADERS);
    List<String> allowed = new ArrayList<>(ALLOWED_HEADERS);
    if (requested != null) {
      Stream.of(requested.split(",", MAX_REQUESTED_HEADERS + 1))
          .limit(MAX_REQUESTED_HEADERS)
          .map(String::strip)
          .filter(name -> name.toLowerCase(Locale.ROOT).startsWith("mcp-"))
          .filter(name -> HEADER_NAME.matcher(name).matches())
          .filter(names::add)
          .forEach(allowed::add);
    }
    return allowed;
  }
}

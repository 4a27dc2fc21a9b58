package dev.mcpsession.gateway.proxy;

import dev.mcpsession.gateway.route.TraceContext;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which headers pass between clients and backends: all but those of one connection (RFC 9110,
 * section 7.6.1), credentials, and what the gateway writes itself.
 */
public final class PassedHeaders {
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "content-length",
          "mcp-session-id");

  /**
   * Accept-Encoding: events are looked into. Origin: judged here, and a backend knows only itself.
   */
  private static final Set<String> NOT_TO_BACKENDS =
      Set.of(
          "host",
          "expect",
          "authorization",
          "cookie",
          "accept-encoding",
          "origin",
          "forwarded",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-port",
          "x-forwarded-proto",
          "x-real-ip",
          "traceparent",
          "tracestate");

  private static final Set<String> NOT_TO_CLIENTS =
      Set.of(
          "www-authenticate",
          "set-cookie",
          "server",
          "date",
          "alt-svc",
          "strict-transport-security",
          "vary");

  private PassedHeaders() {}

  /**
   * What a backend gets.
   *
   * @param fromClient as received
   * @param remoteAddress of the client's connection
   * @param baseUrl as clients see the gateway
   * @param sessionId that the backend gave
   */
  public static MultiMap toBackend(
      MultiMap fromClient,
      String remoteAddress,
      URI baseUrl,
      TraceContext trace,
      Optional<String> sessionId) {
    MultiMap headers = HttpHeaders.headers();
    Set<String> named = namedByConnection(fromClient);
    for (Map.Entry<String, String> header : fromClient) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (!HOP_BY_HOP.contains(name) && !NOT_TO_BACKENDS.contains(name) && !named.contains(name)) {
        headers.add(name, header.getValue());
      }
    }
    String before = String.join(", ", fromClient.getAll("X-Forwarded-For"));
    headers.set(
        "x-forwarded-for", before.isEmpty() ? remoteAddress : before + ", " + remoteAddress);
    headers.set("x-forwarded-host", baseUrl.getRawAuthority());
    headers.set("x-forwarded-proto", baseUrl.getScheme());
    headers.set("traceparent", trace.traceparent());
    if (trace.continued()) {
      fromClient.getAll("tracestate").forEach(state -> headers.add("tracestate", state));
    }
    sessionId.ifPresent(id -> headers.set("mcp-session-id", id));
    return headers;
  }

  /** Adds to a client's answer what passes of the backend's. */
  public static void toClient(MultiMap fromBackend, MultiMap answer) {
    Set<String> named = namedByConnection(fromBackend);
    for (Map.Entry<String, String> header : fromBackend) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (!HOP_BY_HOP.contains(name)
          && !NOT_TO_CLIENTS.contains(name)
          && !name.startsWith("access-control-")
          && !named.contains(name)) {
        answer.add(header.getKey(), header.getValue());
      }
    }
  }

  /** Headers that Connection declares to be of this connection alone. */
  private static Set<String> namedByConnection(MultiMap headers) {
    List<String> values = headers.getAll(HttpHeaders.CONNECTION);
    if (values.isEmpty()) {
      return Set.of();
    }
    Set<String> names = new HashSet<>();
    for (String value : values) {
      for (String name : value.split(",", -1)) {
        names.add(name.strip().toLowerCase(Locale.ROOT));
      }
    }
    return names;
  }
}

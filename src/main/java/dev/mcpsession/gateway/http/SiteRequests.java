package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.site.Site;
import dev.mcpsession.gateway.site.SiteRequest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Hands requests that are not of MCP to the site. To be used on one event loop. */
final class SiteRequests {
  /** Bytes: forms and registrations are short. */
  private static final int LONGEST_BODY = 64 * 1024;

  private final EventLoop loop;
  private final BodyReader bodies;

  SiteRequests(EventLoop loop, ServerSettings.Limits limits, TrafficListener listener) {
    this.loop = loop;
    this.bodies = new BodyReader(loop, limits, LONGEST_BODY, listener);
  }

  /** Refuses a request that says itself that its body is too long. */
  boolean admits(Exchange exchange) {
    return bodies.admits(exchange);
  }

  /** Reads the body, and answers as the site says. */
  void answer(Exchange exchange, Site site) {
    bodies.read(
        exchange,
        body ->
            loop.then(
                site.answer(request(exchange.request(), body)),
                exchange::answer,
                exchange::failed));
  }

  private static SiteRequest request(HttpServerRequest request, Buffer body) {
    Map<String, List<String>> headers = new HashMap<>();
    for (String name : request.headers().names()) {
      headers.put(name.toLowerCase(Locale.ROOT), List.copyOf(request.headers().getAll(name)));
    }
    return new SiteRequest(
        request.method().name(),
        Objects.requireNonNullElse(request.path(), ""),
        Objects.requireNonNullElse(request.query(), ""),
        headers,
        body.getBytes());
  }
}

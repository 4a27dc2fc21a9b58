package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.proxy.PassedHeaders;
import dev.mcpsession.gateway.route.Incarnation;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.route.User;
import dev.mcpsession.gateway.stream.ServerSentEvents;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.util.Optional;

/**
 * What a client sent to have a stream without an end of its own opened: all that it takes to open
 * it at another backend, also when that client has left.
 *
 * @param headers that backends get, but for ids of sessions and events
 * @param sessionId that the client has; empty: it has none
 * @param lastEventId that the client sent; empty: it sent none
 * @param requestId of its message, as JSON; empty for GET
 * @param body of its message; empty for GET
 */
record StreamRequest(
    HttpMethod method,
    MultiMap headers,
    McpResource resource,
    User user,
    Optional<String> sessionId,
    Optional<String> lastEventId,
    Optional<String> requestId,
    Buffer body) {

  /**
   * Of this exchange, whose body may be forgotten already.
   *
   * @param baseUrl as clients see the gateway
   */
  static StreamRequest of(Exchange exchange, URI baseUrl, Buffer body) {
    return new StreamRequest(
        exchange.request().method(),
        PassedHeaders.toBackend(
                exchange.request().headers(),
                exchange.request().remoteAddress().hostAddress(),
                baseUrl,
                exchange.trace(),
                Optional.empty())
            .remove(Resumption.LAST_EVENT_ID),
        exchange.resource(),
        exchange.user(),
        exchange.header("Mcp-Session-Id"),
        exchange.header(Resumption.LAST_EVENT_ID),
        exchange.message().id(),
        body);
  }

  boolean isPost() {
    return method.equals(HttpMethod.POST);
  }

  /**
   * Those for one backend.
   *
   * @param backendSessionId that it gave
   * @param after its own id of the last event that the client has
   */
  MultiMap headers(Optional<String> backendSessionId, Optional<String> after) {
    MultiMap all = HttpHeaders.headers().addAll(headers);
    backendSessionId.ifPresent(id -> all.set("Mcp-Session-Id", id));
    after.ifPresent(id -> all.set(Resumption.LAST_EVENT_ID, id));
    return all;
  }

  /**
   * The id that the backend gave, in this session, to the last event that the client had at first.
   */
  Optional<String> lastEventId(Incarnation session) {
    return lastEventId.flatMap(id -> Resumption.ofGetStream(id, session));
  }

  /**
   * What its stream ends with by the gateway's will.
   *
   * @param why for whoever runs the client
   * @param comeBack whether a client with a GET stream is asked to come back in a second
   * @return empty: just with its end
   */
  Buffer lastWords(String why, boolean comeBack) {
    if (isPost()) {
      return requestId
          .map(id -> ServerSentEvents.endOfSubscription(id, why))
          .orElse(Buffer.buffer());
    }
    return comeBack ? ServerSentEvents.RETRY_SOON : Buffer.buffer();
  }

  /** Without what the client sent. */
  @Override
  public String toString() {
    return method + " " + resource;
  }
}

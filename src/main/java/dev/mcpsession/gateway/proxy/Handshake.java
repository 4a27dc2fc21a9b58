package dev.mcpsession.gateway.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mcpsession.gateway.stream.ServerSentEvents;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway says to a backend by itself, for a client that said it to another one before:
 * begins and ends sessions of the protocol up to 2025-11-25.
 */
public final class Handshake {
  private final BackendClient backends;

  /** To be used on the client's event loop. */
  public Handshake(BackendClient backends) {
    this.backends = backends;
  }

  /**
   * Sends {@code initialize} and then {@code notifications/initialized}. Fails with a {@link
   * BackendFailure} if no session came of it.
   *
   * @param parameters of initialize, as the client sent them
   * @return the session id that the backend gave; empty: it keeps no sessions
   */
  public Future<Optional<String>> begin(URI endpoint, JsonNode parameters) {
    String initialize =
        "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":" + parameters + "}";
    return post(endpoint, headers(Optional.empty(), null), initialize)
        .compose(InitializeAnswer::read)
        .compose(
            initialized -> {
              BackendAnswer answer = initialized.answer();
              if (answer.isEventStream()) {
                answer.discard();
              }
              Optional<String> id = answer.sessionId();
              return initialized
                  .protocolVersion()
                  .map(version -> confirm(endpoint, id, version))
                  .orElseGet(() -> refused("initialize", answer.status()));
            });
  }

  private Future<Optional<String>> confirm(URI endpoint, Optional<String> id, String version) {
    return post(
            endpoint,
            headers(id, version),
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}")
        .compose(
            answer -> {
              answer.discard();
              return answer.status() < 300
                  ? Future.succeededFuture(id)
                  : refused("notifications/initialized", answer.status());
            });
  }

  private static <T> Future<T> refused(String method, int status) {
    return Future.failedFuture(
        new BackendFailure(
            true, new IllegalStateException(method + " was answered with status " + status)));
  }

  /** Ends a session of a backend. What becomes of it is of no interest: its Pod ends it at last. */
  public void end(URI endpoint, String sessionId) {
    backends
        .send(endpoint, HttpMethod.DELETE, headers(Optional.of(sessionId), null), null)
        .answer()
        .onSuccess(BackendAnswer::discard);
  }

  private Future<BackendAnswer> post(URI endpoint, MultiMap headers, String message) {
    return backends.send(endpoint, HttpMethod.POST, headers, Buffer.buffer(message)).answer();
  }

  private static MultiMap headers(Optional<String> sessionId, @Nullable String version) {
    MultiMap headers =
        HttpHeaders.headers()
            .set(HttpHeaders.ACCEPT, "application/json, " + ServerSentEvents.MEDIA_TYPE)
            .set(HttpHeaders.CONTENT_TYPE, "application/json");
    sessionId.ifPresent(id -> headers.set("mcp-session-id", id));
    if (version != null) {
      headers.set("mcp-protocol-version", version);
    }
    return headers;
  }
}

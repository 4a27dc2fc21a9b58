package dev.mcpsession.gateway.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mcpsession.gateway.route.Preference;
import dev.mcpsession.gateway.route.Preference.LogLevel;
import dev.mcpsession.gateway.route.Preference.Subscribe;
import dev.mcpsession.gateway.route.Preference.Unsubscribe;
import dev.mcpsession.gateway.session.Preferences;
import dev.mcpsession.gateway.stream.ServerSentEvents;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the gateway says to a backend by itself, for a client that said it to another one before:
 * begins and ends sessions of the protocol up to 2025-11-25.
 */
public final class Handshake {
  private static final Logger LOG = LoggerFactory.getLogger(Handshake.class);

  /** Requests to one backend. */
  private static final int AT_A_TIME = 8;

  /** A client waits meanwhile. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final BackendClient backends;
  private int told;

  /** To be used on the client's event loop. */
  public Handshake(BackendClient backends) {
    this.backends = backends;
  }

  /**
   * Sends {@code initialize}, {@code notifications/initialized}, and then what the client has asked
   * for before. Fails with a {@link BackendFailure} if no session came of it; a backend that
   * refuses one of the wishes has begun a session all the same.
   *
   * @param parameters of initialize, as the client sent them
   * @return the session id that the backend gave; empty: it keeps no sessions
   */
  public Future<Optional<String>> begin(
      URI endpoint, JsonNode parameters, Preferences preferences) {
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
                  .map(
                      version ->
                          confirm(endpoint, id, version)
                              .compose(
                                  begun ->
                                      tell(
                                          endpoint,
                                          id,
                                          version,
                                          preferences.since(Preferences.NONE)))
                              .map(id))
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
                  : Handshake.<Optional<String>>refused(
                      "notifications/initialized", answer.status());
            })
        .onFailure(e -> id.ifPresent(begun -> end(endpoint, begun))); // nobody will use it
  }

  /**
   * Tells a backend what the client has asked for: first the level of logging, then subscriptions,
   * a few at a time. What fails or takes too long is left out.
   *
   * @param version of the protocol that was agreed on
   * @return never fails
   */
  public Future<Void> tell(
      URI endpoint, Optional<String> sessionId, String version, List<Preference> preferences) {
    MultiMap headers = headers(sessionId, version);
    Iterator<Preference> rest = preferences.iterator();
    Future<Void> first =
        rest.hasNext() ? tell(endpoint, headers, rest.next()) : Future.succeededFuture();
    return first
        .compose(
            done ->
                Future.all(
                    IntStream.range(0, AT_A_TIME)
                        .mapToObj(lane -> tellRest(endpoint, headers, rest))
                        .toList()))
        .<Void>mapEmpty()
        .timeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .otherwise(
            late -> {
              LOG.debug("A backend was not told all that its client had asked of the one before");
              return null;
            });
  }

  private Future<Void> tellRest(URI endpoint, MultiMap headers, Iterator<Preference> rest) {
    return rest.hasNext()
        ? tell(endpoint, headers, rest.next()).compose(done -> tellRest(endpoint, headers, rest))
        : Future.succeededFuture();
  }

  private Future<Void> tell(URI endpoint, MultiMap headers, Preference preference) {
    ObjectNode message = JsonNodeFactory.instance.objectNode();
    message.put("jsonrpc", "2.0").put("id", "gateway-" + ++told);
    ObjectNode parameters = message.putObject("params");
    switch (preference) {
      case LogLevel(var level) -> {
        message.put("method", "logging/setLevel");
        parameters.put("level", level);
      }
      case Subscribe(var uri) -> {
        message.put("method", "resources/subscribe");
        parameters.put("uri", uri);
      }
      case Unsubscribe(var uri) -> {
        message.put("method", "resources/unsubscribe");
        parameters.put("uri", uri);
      }
    }
    return post(endpoint, headers, message.toString())
        .compose(ReadAnswer::read)
        .map(
            read -> {
              if (read.answer().isEventStream()) {
                read.answer().discard();
              }
              return read.isResult();
            })
        .otherwise(false)
        .map(
            succeeded -> {
              if (!succeeded) {
                LOG.debug("A backend refused what its client had asked of the one before");
              }
              return null;
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

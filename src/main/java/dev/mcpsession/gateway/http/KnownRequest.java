package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.auth.Caller;
import dev.mcpsession.gateway.route.Era;
import dev.mcpsession.gateway.route.Incarnation;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.route.Message;
import dev.mcpsession.gateway.route.TraceContext;
import dev.mcpsession.gateway.route.User;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.SessionName;
import dev.mcpsession.gateway.stream.ServerSentEvents;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What has become known of a request while it was judged. To be used on its event loop. */
abstract sealed class KnownRequest permits Exchange {
  private final HttpServerRequest request;
  private final TraceContext trace;
  private @Nullable McpResource resource;
  private @Nullable Caller caller;
  private Message message = Message.NONE;
  private Era era = Era.UNKNOWN;
  private Optional<String> offeredId = Optional.empty();
  private Optional<Connection> connection = Optional.empty();
  private boolean resumes;
  private Buffer body = Buffer.buffer();
  private long bytesIn;

  KnownRequest(HttpServerRequest request, TraceContext trace) {
    this.request = request;
    this.trace = trace;
  }

  HttpServerRequest request() {
    return request;
  }

  HttpServerResponse response() {
    return request.response();
  }

  TraceContext trace() {
    return trace;
  }

  /** The only value of a header; empty: there is none. */
  Optional<String> header(CharSequence name) {
    return Optional.ofNullable(request.getHeader(name));
  }

  void addressed(McpResource to) {
    resource = to;
  }

  McpResource resource() {
    return Objects.requireNonNull(resource);
  }

  void sentBy(Caller by) {
    caller = by;
  }

  Caller caller() {
    return Objects.requireNonNull(caller);
  }

  User user() {
    return caller().user();
  }

  void contains(Buffer bytes, Message parsed) {
    body = bytes;
    bytesIn = bytes.length();
    message = parsed;
  }

  /** A backend gets this in place of the body that was received. */
  void passesOn(Buffer bytes) {
    body = bytes;
  }

  Message message() {
    return message;
  }

  /**
   * The client gets this MCP session id if its request succeeds.
   *
   * @param id which is not known before
   */
  void offer(String id) {
    offeredId = Optional.of(id);
  }

  /** Empty but for initialize. */
  Optional<String> offeredId() {
    return offeredId;
  }

  /** Empty but for POST, and once the backend's answer is there. */
  Buffer body() {
    return body;
  }

  /** Its id stands for this connection. */
  void of(Connection found) {
    connection = Optional.of(found);
  }

  /** What the client's id stands for; empty: it has none, or it is not found yet. */
  Optional<Connection> connection() {
    return connection;
  }

  /** The session at a backend that it is sent to. */
  Incarnation at(Backend backend) {
    return connection
        .map(it -> it.at(backend.revision()))
        .orElseGet(() -> Incarnation.first(backend.revision()));
  }

  /** It is a GET for the rest of the stream that answers an earlier request. */
  void resumes() {
    resumes = true;
  }

  /** Whether it opens the stream for what the server sends by itself. */
  boolean isGetStream() {
    return !isPost() && !resumes;
  }

  void era(Era of) {
    era = of;
  }

  Era era() {
    return era;
  }

  boolean isPost() {
    return request.method().name().equals("POST");
  }

  /** Whether the client takes a stream of events as answer. */
  boolean acceptsEvents() {
    return request.headers().getAll(HttpHeaders.ACCEPT).stream()
        .anyMatch(accept -> accept.contains(ServerSentEvents.MEDIA_TYPE));
  }

  /** Whether the answer is a stream without an end of its own. */
  boolean isOpenEnded() {
    return (request.method().name().equals("GET") && !resumes)
        || message.isRequest("subscriptions/listen");
  }

  /**
   * Whether it ends at the backend when the client leaves: legacy clients that lose their
   * connection still want the result (MCP, transports), but for that of an initialize, whose id
   * they do not know.
   */
  boolean isCancelledByLeaving() {
    return era == Era.MODERN || !isPost() || message.isInitialize();
  }

  /** It is not sent again, and its answer may be a stream that lasts. */
  void forgetBody() {
    body = Buffer.buffer();
  }

  /** What is told of it at its end. */
  RequestRecord record(
      Outcome outcome, boolean stream, long bytesOut, Duration duration, Duration backendTime) {
    return new RequestRecord(
        Optional.ofNullable(resource),
        Optional.ofNullable(caller)
            .map(it -> SessionName.ownerHash(it.user().owner()).substring(0, 16)),
        era,
        request.method().name(),
        message.method(),
        message.tool(),
        response().headWritten() ? response().getStatusCode() : 0,
        outcome,
        stream,
        bytesIn,
        bytesOut,
        duration,
        backendTime,
        trace.traceId());
  }

  @Override
  public String toString() {
    return request.method() + " " + resource + " in trace " + trace.traceId();
  }
}

package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.proxy.EventRelay;
import dev.mcpsession.gateway.route.Message;
import dev.mcpsession.gateway.route.Refusal;
import dev.mcpsession.gateway.route.TraceContext;
import dev.mcpsession.gateway.site.SiteAnswer;
import dev.mcpsession.gateway.stream.ServerSentEvents;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request, from its head to the end of its answer. To be used on its event loop. */
final class Exchange extends KnownRequest {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

  private final Consumer<RequestRecord> whenEnded;
  private final long begun = System.nanoTime();
  private final List<Runnable> held = new ArrayList<>(4);
  private final List<Runnable> whenGone = new ArrayList<>(2);
  private Map<String, String> answerHeaders = Map.of();
  private @Nullable EventRelay early;
  private @Nullable EventRelay relaying;
  private Runnable whenReplaced = () -> {};
  private boolean bodyLeft;
  private boolean gone;
  private boolean ended;
  private boolean stream;
  private boolean waiting = true;
  private long backendBegun;
  private long backendNanos;

  Exchange(HttpServerRequest request, TraceContext trace, Consumer<RequestRecord> whenEnded) {
    super(request, trace);
    this.whenEnded = whenEnded;
    request.response().closeHandler(closed -> clientGone());
    request.response().exceptionHandler(e -> {}); // the close handler is told as well
  }

  /** Headers that every answer carries from now on. */
  void answerHeaders(Map<String, String> headers) {
    answerHeaders = headers;
  }

  /** What is left of the body is not to be read: the connection will be closed. */
  void leaveBody() {
    bodyLeft = true;
  }

  /** What is given back at the end. */
  void hold(Runnable release) {
    if (ended) {
      release.run();
    } else {
      held.add(release);
    }
  }

  /** What happens when the client leaves before the end of its answer. */
  void whenGone(Runnable action) {
    if (gone) {
      action.run();
    } else {
      whenGone.add(action);
    }
  }

  private void clientGone() {
    if (!ended && !gone) {
      gone = true;
      whenGone.forEach(Runnable::run);
      whenGone.clear();
      end(Outcome.CANCELLED, 0);
    }
  }

  /** Whether nobody waits for an answer any more. */
  boolean isOver() {
    return gone || ended;
  }

  /** The time from now on is the session's and the backend's. */
  void backendBegins() {
    if (backendBegun == 0) {
      backendBegun = System.nanoTime();
    }
  }

  /** The time from now on is the gateway's again. */
  void backendEnds() {
    if (backendBegun != 0) {
      backendNanos += System.nanoTime() - backendBegun;
      backendBegun = 0;
    }
  }

  /** The backend's answer is there. */
  void answered() {
    waiting = false;
    forgetBody();
  }

  /** Whether the backend's answer is still to come. */
  boolean isWaiting() {
    return waiting;
  }

  /** The stream that was begun before there was an answer; null: none was. */
  @Nullable EventRelay early() {
    return early;
  }

  void early(EventRelay relay) {
    early = relay;
  }

  /** The stream that answers the request from now on. */
  void relays(EventRelay relay) {
    relaying = relay;
  }

  /** What happens when another stream takes the place of this one, besides its own end. */
  void whenReplaced(Runnable action) {
    whenReplaced = action;
  }

  /** Another stream takes the place of this one. */
  void replaced() {
    whenReplaced.run();
    if (relaying != null) {
      relaying.endHere(Buffer.buffer(), isOpenEnded());
    } else {
      refuse(
          new Refusal(
              409, Refusal.NOT_ADMITTED, "This stream was opened again, or its session ended."));
    }
  }

  /** The process ends before there is a whole answer. */
  void abandoned() {
    Refusal refusal =
        new Refusal(
            503,
            Refusal.INTERNAL_ERROR,
            "This replica of the gateway has ended before the MCP server had answered. What it did"
                + " of this request is not known.");
    if (relaying != null && relaying.isResumable()) {
      relaying.endHere(ServerSentEvents.RETRY_SOON, true); // another replica has the rest
    } else if (relaying != null) {
      relaying.endWithError(refusal.code(), refusal.message(), true);
    } else if (early != null || !response().headWritten()) {
      refuse(refusal);
    } // else part of a body is on its way, which is seen to be cut off
  }

  /** Status and headers of the answer, but for those of its body. */
  HttpServerResponse head(int status) {
    HttpServerResponse response = response().setStatusCode(status);
    answerHeaders.forEach(response::putHeader);
    return response;
  }

  /** Head of an answer that is a stream of events. */
  HttpServerResponse eventsHead(int status) {
    stream = true;
    HttpServerResponse response = head(status).setChunked(true);
    response.putHeader("X-Accel-Buffering", "no"); // proxies before this one must not hold them
    return response;
  }

  /** Answers with an error of the gateway's own: as an event if a stream was begun. */
  void refuse(Refusal refusal) {
    if (isOver()) {
      return;
    }
    Outcome outcome = Outcome.of(refusal.status(), false);
    if (early != null) {
      early.endWithError(refusal.code(), refusal.message(), true);
      end(outcome, early.bytes());
      return;
    }
    HttpServerResponse response = head(refusal.status());
    refusal.headers().forEach(response::putHeader);
    boolean asks = message().kind() == Message.Kind.REQUEST; // else its id is of another's request
    Buffer text = Buffer.buffer(refusal.body(asks ? message().id() : Optional.empty()));
    response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json").end(text);
    end(outcome, text.length());
  }

  /** There will be no answer any more, however much of it is there. */
  void cutShort(Refusal refusal) {
    if (relaying != null) {
      relaying.endWithError(refusal.code(), refusal.message(), true);
    } else if (early != null || !response().headWritten()) {
      refuse(refusal);
    }
  }

  /** The gateway itself has failed. */
  void failed(Throwable error) {
    LOG.error("A request failed: {}.", this, error);
    refuse(new Refusal(500, Refusal.INTERNAL_ERROR, "The gateway failed; see its log."));
  }

  /** Answers with a JSON document. */
  void document(String json) {
    Buffer text = Buffer.buffer(json);
    head(200).putHeader(HttpHeaders.CONTENT_TYPE, "application/json").end(text);
    end(Outcome.OK, text.length());
  }

  /** Answers as the site says. */
  void answer(SiteAnswer answer) {
    if (isOver()) {
      return;
    }
    HttpServerResponse response = head(answer.status());
    answer.headers().forEach(it -> response.headers().add(it.name(), it.value()));
    Buffer body = Buffer.buffer(answer.body());
    response.end(body);
    end(Outcome.of(answer.status(), false), body.length());
  }

  /** Answers without a body. */
  void answer(int status) {
    if (!isOver()) {
      HttpServerResponse response = head(status);
      if (status != 204) {
        response.putHeader(HttpHeaders.CONTENT_LENGTH, "0");
      }
      response.end();
      end(Outcome.of(status, false), 0);
    }
  }

  /** The answer has been given, or there is nobody to give it to. */
  void end(Outcome outcome, long bytesOut) {
    if (ended) {
      return;
    }
    ended = true;
    backendEnds();
    held.forEach(Runnable::run);
    held.clear();
    if (!bodyLeft && !request().isEnded()) {
      request().resume(); // the next request comes after what is left of this one
    }
    whenEnded.accept(
        record(
            outcome,
            stream,
            bytesOut,
            Duration.ofNanos(System.nanoTime() - begun),
            Duration.ofNanos(backendNanos)));
  }
}

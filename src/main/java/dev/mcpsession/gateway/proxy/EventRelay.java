package dev.mcpsession.gateway.proxy;

import dev.mcpsession.gateway.route.Message;
import dev.mcpsession.gateway.route.MessageParser;
import dev.mcpsession.gateway.route.Refusal;
import dev.mcpsession.gateway.stream.EventFramer;
import dev.mcpsession.gateway.stream.ServerSentEvents;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A stream of server-sent events, between which the gateway puts some of its own. Whoever waits for
 * an answer on it gets one: if the backend breaks off, a JSON-RPC error.
 */
public final class EventRelay extends Relay {
  /** Longer chunks are not kept to look for an answer in them. */
  private static final int LONGEST_KEPT = 16 * 1024;

  private final Optional<String> requestId;
  private final EventFramer framer = new EventFramer();
  private @Nullable Buffer last;

  /**
   * @param requestId of the request that the stream answers, as JSON; empty: it answers none
   */
  public EventRelay(HttpServerResponse client, Optional<String> requestId) {
    super(client);
    this.requestId = requestId;
  }

  /**
   * Begins with what has been read of the body already.
   *
   * @param read the beginning of the body
   */
  public void begin(BackendAnswer answer, Buffer read) {
    pass(read);
    begin(answer);
  }

  /** Writes a comment, unless an event is under way or the client does not keep up. */
  public void heartbeat() {
    if (!isFinished() && framer.betweenEvents() && !client.writeQueueFull()) {
      write(ServerSentEvents.COMMENT);
    }
  }

  /** Ends the stream, with an event of the gateway's own, or an empty buffer. */
  public void endHere(Buffer lastEvent, boolean cancel) {
    finish(
        End.ENDED_HERE,
        () -> {
          writeLast(closing(lastEvent));
          release(cancel);
        });
  }

  /** Ends the stream with an error for the request that it answers, if it answers one. */
  public void endWithError(int code, String message, boolean cancel) {
    endHere(
        requestId
            .map(id -> ServerSentEvents.error(requestId, code, message))
            .orElse(Buffer.buffer()),
        cancel);
  }

  @Override
  void pass(Buffer chunk) {
    Buffer ready = framer.feed(chunk);
    if (ready.length() > 0) {
      last =
          requestId.isPresent() && framer.betweenEvents() && ready.length() <= LONGEST_KEPT
              ? ready
              : null;
      write(ready);
    }
  }

  @Override
  void complete() {
    writeLast(framer.rest());
  }

  @Override
  void broken() {
    if (requestId.isEmpty() || isAnswered()) {
      writeLast(closing(Buffer.buffer()));
    } else {
      writeLast(
          closing(
              ServerSentEvents.error(
                  requestId,
                  Refusal.INTERNAL_ERROR,
                  "The MCP server broke off before it had answered. What it did of this request is"
                      + " not known.")));
    }
  }

  /** An event that was cut off ends here, so that the next one is read as one. */
  private Buffer closing(Buffer event) {
    return framer.betweenEvents()
        ? event
        : ServerSentEvents.END_OF_EVENT.copy().appendBuffer(event);
  }

  /** If it cannot be told, a second answer is the lesser evil: clients ignore it. */
  private boolean isAnswered() {
    return last != null
        && ServerSentEvents.data(last).stream()
            .map(data -> MessageParser.parse(data.getBytes(StandardCharsets.UTF_8)))
            .anyMatch(message -> message.kind() == Message.Kind.RESPONSE);
  }
}

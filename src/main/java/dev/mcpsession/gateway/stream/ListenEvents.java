package dev.mcpsession.gateway.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpsession.gateway.route.Message;
import dev.mcpsession.gateway.route.MessageParser;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One backend's events for a subscriptions/listen that outlives it (MCP 2026-07-28, subscriptions).
 * The client sees one acknowledgement, whichever backends follow; and it sees the result, which
 * ends its subscription, only if the subscription does end.
 */
public final class ListenEvents extends FramedEvents {
  private static final Buffer NOTHING = Buffer.buffer(0);
  private static final String ACKNOWLEDGED = "notifications/subscriptions/acknowledged";

  private final boolean first;
  private final Runnable acknowledged;
  private Buffer result = NOTHING;
  private boolean midEvent;

  /**
   * Of one backend.
   *
   * @param first whether the client has not seen an acknowledgement yet
   * @param acknowledged is run when the backend has acknowledged the subscription
   */
  public ListenEvents(boolean first, Runnable acknowledged) {
    this.first = first;
    this.acknowledged = acknowledged;
  }

  @Override
  public Buffer pass(Buffer chunk) {
    List<Buffer> ready = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < chunk.length(); i++) {
      if (chunk.getByte(i) == '\n') { // so that each event comes out by itself
        ready.add(judged(framer.feed(chunk.slice(from, i + 1))));
        from = i + 1;
      }
    }
    if (from < chunk.length()) {
      ready.add(judged(framer.feed(chunk.slice(from, chunk.length()))));
    }
    Buffer all = Buffer.buffer();
    ready.forEach(all::appendBuffer);
    return all;
  }

  private Buffer judged(Buffer ready) {
    boolean whole = !midEvent && framer.betweenEvents();
    midEvent = !framer.betweenEvents();
    if (!whole || ready.length() == 0) {
      return ready;
    }
    for (String data : ServerSentEvents.data(ready)) {
      Message message = MessageParser.parse(data.getBytes(UTF_8));
      if (message.kind() == Message.Kind.RESPONSE) {
        result = ready.copy();
        return NOTHING;
      } else if (message.method().filter(ACKNOWLEDGED::equals).isPresent()) {
        acknowledged.run();
        return first ? ready : NOTHING;
      }
    }
    return ready;
  }

  /** The event that ends the subscription, which the client has not seen; empty: none came. */
  public Buffer result() {
    return result;
  }

  @Override
  public boolean isAnswered() {
    return false;
  }
}

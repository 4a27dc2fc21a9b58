package dev.mcpsession.gateway.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpsession.gateway.route.Message;
import dev.mcpsession.gateway.route.MessageParser;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** Events that are passed on as they are. */
public final class PassedEvents extends FramedEvents {
  /** Longer chunks are not kept to look for an answer in them. */
  private static final int LONGEST_KEPT = 16 * 1024;

  private final boolean answer;
  private @Nullable Buffer last;

  /**
   * @param answer whether the stream answers a request
   */
  public PassedEvents(boolean answer) {
    this.answer = answer;
  }

  @Override
  public Buffer pass(Buffer chunk) {
    Buffer ready = framer.feed(chunk);
    if (ready.length() > 0) {
      last = answer && framer.betweenEvents() && ready.length() <= LONGEST_KEPT ? ready : null;
    }
    return ready;
  }

  /** If it cannot be told, a second answer is the lesser evil: clients ignore it. */
  @Override
  public boolean isAnswered() {
    return last != null
        && ServerSentEvents.data(last).stream()
            .map(data -> MessageParser.parse(data.getBytes(UTF_8)))
            .anyMatch(message -> message.kind() == Message.Kind.RESPONSE);
  }
}

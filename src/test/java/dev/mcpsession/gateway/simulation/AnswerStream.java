package dev.mcpsession.gateway.simulation;

import dev.mcpsession.gateway.stream.StreamEvents;
import dev.mcpsession.gateway.stream.StreamEvents.WhenClientLeaves;
import io.vertx.core.buffer.Buffer;
import java.util.function.BiPredicate;

/** Takes a stream that answers a request from who has it to the client. */
final class AnswerStream implements PodFeed.Reader {
  private final ModelGateway gateway;
  private final String rpcId;
  private final ModelRelay relay;
  private final StreamEvents events;
  private final PodFeed feed;
  private final BiPredicate<StreamEvents, Boolean> complete;
  private final Runnable whenOver;
  private boolean over;

  /**
   * @param complete whether the client needs no error, from the events and whether they broke off
   * @param whenOver is run when nothing is read any more
   */
  AnswerStream(
      ModelGateway gateway,
      String rpcId,
      ModelRelay relay,
      StreamEvents events,
      PodFeed feed,
      BiPredicate<StreamEvents, Boolean> complete,
      Runnable whenOver) {
    this.gateway = gateway;
    this.rpcId = rpcId;
    this.relay = relay;
    this.events = events;
    this.feed = feed;
    this.complete = complete;
    this.whenOver = whenOver;
  }

  void begin() {
    gateway.streams.read.add(feed);
    feed.read(this);
  }

  @Override
  public void event(String text) {
    if (!over && !gateway.isDead()) {
      relay.write(events.pass(Buffer.buffer(text)).toString());
    }
  }

  @Override
  public void ended(boolean broken) {
    if (finish(broken)) {
      if (complete.test(events, broken)) {
        relay.end();
      } else {
        relay.endWithError(rpcId);
      }
    }
  }

  /** The backend has no more time. */
  void cutShort() {
    if (finish(true)) {
      feed.close();
      if (events.isAnswered()) {
        relay.end();
      } else {
        relay.endWithError(rpcId);
      }
    }
  }

  /**
   * The client is gone.
   *
   * @param cancels whether nobody can come back for the rest
   */
  void left(boolean cancels) {
    if (!over && (cancels || events.whenClientLeaves() == WhenClientLeaves.CLOSE)) {
      finish(true);
      feed.close();
    }
  }

  private boolean finish(boolean broken) {
    if (over || gateway.isDead()) {
      return false;
    }
    over = true;
    gateway.streams.read.remove(feed);
    events.ended(broken);
    whenOver.run();
    return true;
  }
}

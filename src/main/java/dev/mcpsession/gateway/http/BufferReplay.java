package dev.mcpsession.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpsession.gateway.proxy.EventRelay;
import dev.mcpsession.gateway.resume.BufferedStream;
import dev.mcpsession.gateway.resume.BufferedStream.Batch;
import dev.mcpsession.gateway.resume.BufferedStream.Reading;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;

/**
 * Sends what is kept of a stream after an event, and then what is added to it, no faster than the
 * other side reads. To be used on its event loop.
 */
final class BufferReplay implements BufferedStream.Reader {
  private static final int BATCH_BYTES = 64 * 1024;

  /** How it ended, when nobody else has ended it. */
  enum End {
    /** The other side has all of it, and the answer is in that. */
    ANSWERED,
    /** It has all of it, but there is no answer. */
    UNANSWERED,
    /** What follows is not kept. */
    LOST
  }

  private final EventLoop loop;
  private final EventRelay relay;
  private final byte[] idLine;
  private final Consumer<End> whenEnded;
  private final Reading reading;
  private boolean over;

  private BufferReplay(
      EventLoop loop,
      EventRelay relay,
      BufferedStream stream,
      String prefix,
      long after,
      Consumer<End> whenEnded) {
    this.loop = loop;
    this.relay = relay;
    this.idLine = ("id: " + prefix).getBytes(UTF_8);
    this.whenEnded = whenEnded;
    reading = stream.attach(this, after);
  }

  /**
   * Begins. Whoever had the stream before is ended.
   *
   * @param prefix of the ids of its events
   * @param after the number of the last event that the other side has
   * @param whenEnded is told once, if the relay has not ended before
   */
  static void begin(
      EventLoop loop,
      EventRelay relay,
      BufferedStream stream,
      String prefix,
      long after,
      Consumer<End> whenEnded) {
    BufferReplay replay = new BufferReplay(loop, relay, stream, prefix, after, whenEnded);
    relay
        .end()
        .onComplete(
            how -> {
              replay.over = true;
              replay.reading.close();
            });
    replay.pull();
  }

  @Override
  public void more() {
    loop.run(this::pull);
  }

  @Override
  public void replaced() {
    loop.run(relay::leave);
  }

  private void pull() {
    while (!over) {
      switch (reading.next(BATCH_BYTES)) {
        case Batch.Events events -> {
          if (!relay.append(numbered(events), events.events().size())) {
            relay.whenDrained(this::pull);
            return;
          }
        }
        case Batch.Nothing nothing -> {
          return;
        }
        case Batch.End(var answered) -> end(answered ? End.ANSWERED : End.UNANSWERED);
        case Batch.Lost lost -> end(End.LOST);
      }
    }
  }

  private void end(End how) {
    over = true;
    whenEnded.accept(how);
  }

  private Buffer numbered(Batch.Events events) {
    Buffer out = Buffer.buffer();
    long number = events.first();
    for (byte[] event : events.events()) {
      out.appendBytes(idLine).appendString(number++ + "\n").appendBytes(event);
    }
    return out;
  }
}

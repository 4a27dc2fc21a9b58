package dev.mcpsession.gateway.simulation;

import dev.mcpsession.gateway.resume.BufferedStream;
import dev.mcpsession.gateway.resume.BufferedStream.Batch;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Sends what a replica keeps of a stream, as {@code http/BufferReplay} does. */
final class Replay implements BufferedStream.Reader {
  private final Timeline timeline;
  private final String prefix;
  private final Consumer<String> out;
  private final Consumer<Boolean> whenEnded;
  private final Runnable whenReplaced;
  private final BooleanSupplier gone;
  private final BufferedStream.Reading reading;
  private boolean over;

  /**
   * @param whenEnded is told whether the answer is among what was sent
   * @param gone whether nobody takes anything any more
   */
  Replay(
      Timeline timeline,
      BufferedStream stream,
      String prefix,
      long after,
      Consumer<String> out,
      Consumer<Boolean> whenEnded,
      Runnable whenReplaced,
      BooleanSupplier gone) {
    this.timeline = timeline;
    this.prefix = prefix;
    this.out = out;
    this.whenEnded = whenEnded;
    this.whenReplaced = whenReplaced;
    this.gone = gone;
    reading = stream.attach(this, after);
    more();
  }

  @Override
  public void more() {
    timeline.after(0, this::pull);
  }

  @Override
  public void replaced() {
    whenReplaced.run();
  }

  void close() {
    over = true;
    reading.close();
  }

  private void pull() {
    while (!over && !gone.getAsBoolean()) {
      switch (reading.next(600)) {
        case Batch.Events(var first, var events) -> {
          long number = first;
          for (byte[] event : events) {
            String text = new String(event, StandardCharsets.UTF_8);
            out.accept("id: " + prefix + number++ + "\n" + text);
          }
        }
        case Batch.Nothing _ -> {
          return;
        }
        case Batch.End(var answered) -> end(answered);
        case Batch.Lost _ -> end(false);
      }
    }
  }

  private void end(boolean answered) {
    over = true;
    whenEnded.accept(answered);
  }
}

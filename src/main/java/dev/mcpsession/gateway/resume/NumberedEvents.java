package dev.mcpsession.gateway.resume;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.mcpsession.gateway.stream.StreamEvents;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The events of the answer to a legacy client's request: if the backend gives them no ids, they get
 * some of the gateway's own on their way to the client, and are kept.
 */
public final class NumberedEvents extends KeptEvents {
  private static final byte[] NOTHING = {};

  private final Supplier<BufferedStream> opening;
  private final Function<BufferedStream, String> prefix;
  private final Function<BufferedStream, Optional<byte[]>> lastWords;
  private @Nullable BufferedStream stream;
  private byte[] idLine = NOTHING;

  /**
   * @param inner what becomes of the events besides
   * @param opening makes the stream once it is known to be needed
   * @param prefix of the ids of its events, up to their number
   * @param lastWords the event that tells of a backend that broke off without an answer; empty: the
   *     stream answers nothing
   */
  public NumberedEvents(
      StreamEvents inner,
      Supplier<BufferedStream> opening,
      Function<BufferedStream, String> prefix,
      Function<BufferedStream, Optional<byte[]>> lastWords) {
    super(inner);
    this.opening = opening;
    this.prefix = prefix;
    this.lastWords = lastWords;
  }

  @Override
  BufferedStream stream() {
    if (stream == null) {
      stream = opening.get();
      idLine = ("id: " + prefix.apply(stream)).getBytes(US_ASCII);
    }
    return stream;
  }

  @Override
  void keep(byte[] event, Buffer out) {
    identify(stream().append(event), out);
    out.appendBytes(event);
  }

  @Override
  void beginPart(Buffer out) {
    identify(stream().last() + 1, out);
  }

  private void identify(long number, Buffer out) {
    out.appendBytes(idLine).appendString(number + "\n");
  }

  @Override
  void passPart(byte[] bytes, int from, int to, Buffer out) {
    out.appendBytes(bytes, from, to - from);
  }

  @Override
  byte[] whole(byte[] event) {
    return event;
  }

  @Override
  boolean leavesIds() {
    return true;
  }

  @Override
  public WhenClientLeaves whenClientLeaves() {
    return areKept() ? WhenClientLeaves.READ_ON : inner().whenClientLeaves();
  }

  @Override
  public boolean mayReadOn(Runnable later) {
    return stream == null || stream.mayGoOn(later);
  }

  @Override
  public void ended(boolean broken) {
    super.ended(broken);
    BufferedStream kept = stream;
    if (kept == null) {
      return;
    }
    if (isMidEvent()) {
      kept.missed(held()); // it has a number, and no end
    }
    Optional<byte[]> last = broken && !isAnswered() ? lastWords.apply(kept) : Optional.empty();
    last.ifPresent(kept::append);
    if (isAnswered() || last.isPresent()) {
      kept.answered();
    }
    kept.end();
  }
}

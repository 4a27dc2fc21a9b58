package dev.mcpsession.gateway.resume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.gateway.resume.BufferedStream.Batch;
import dev.mcpsession.gateway.resume.BufferedStream.Reading;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is kept of streams, for how long, and who gets it. */
class StreamBuffersTest {
  private static final String SESSION = "uid-1";
  private static final String CONNECTION = "c-1";

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final AtomicLong kept = new AtomicLong();

  private StreamBuffers buffers(int events, int bytesOfSession, int bytes) {
    return new StreamBuffers(
        new BufferBounds(events, bytesOfSession, bytes, Duration.ofSeconds(60)),
        nanos::get,
        kept::addAndGet);
  }

  private static byte[] bytes(int length) {
    return new byte[length - EventLog.OVERHEAD];
  }

  private static BufferedStream stream(StreamBuffers buffers) {
    return buffers.open(SESSION, CONNECTION, Optional.of("1"));
  }

  /** Counts what it is told. */
  private static final class Told implements BufferedStream.Reader {
    final AtomicInteger more = new AtomicInteger();
    final AtomicInteger replaced = new AtomicInteger();

    @Override
    public void more() {
      more.incrementAndGet();
    }

    @Override
    public void replaced() {
      replaced.incrementAndGet();
    }
  }

  private static Batch read(BufferedStream stream, long after) {
    return stream.attach(new Told(), after).next(Long.MAX_VALUE);
  }

  private static void assertRead(Batch batch, long first, int count) {
    assertThat(batch)
        .isInstanceOfSatisfying(
            Batch.Events.class,
            events -> {
              assertThat(events.first()).isEqualTo(first);
              assertThat(events.events()).hasSize(count);
            });
  }

  @Test
  void eventsAreNumberedFromOneOnAndReadAfterAnyOfThem() {
    BufferedStream stream = stream(buffers(10, 10_000, 10_000));
    assertThat(stream.append("a".getBytes(UTF_8))).isEqualTo(1);
    assertThat(stream.append("b".getBytes(UTF_8))).isEqualTo(2);

    assertRead(read(stream, 0), 1, 2);
    assertRead(read(stream, 1), 2, 1);
    assertThat(read(stream, 2)).isEqualTo(new Batch.Nothing());
    assertThat(read(stream, 3)).as("never given").isEqualTo(new Batch.Lost());
  }

  @Test
  void aStreamThatEndedSaysWhetherItHadTheAnswer() {
    StreamBuffers buffers = buffers(10, 10_000, 10_000);
    BufferedStream answered = stream(buffers);
    BufferedStream broken = stream(buffers);
    answered.append(bytes(100));
    answered.answered();
    answered.end();
    broken.end();
    answered.append(bytes(100));

    Reading reading = answered.attach(new Told(), 0);
    assertRead(reading.next(Long.MAX_VALUE), 1, 1);
    assertThat(reading.next(Long.MAX_VALUE)).isEqualTo(new Batch.End(true));
    assertThat(read(broken, 0)).isEqualTo(new Batch.End(false));
  }

  @Test
  void theOldestEventsOfASessionGoFirstWhateverStreamTheyAreOf() {
    StreamBuffers buffers = buffers(3, 10_000, 10_000);
    BufferedStream first = stream(buffers);
    BufferedStream second = buffers.open(SESSION, "c-2", Optional.of("1"));
    BufferedStream other = buffers.open("uid-2", "c-3", Optional.of("1"));
    first.append(bytes(100));
    second.append(bytes(100));
    first.append(bytes(100));
    other.append(bytes(100));
    second.append(bytes(100));

    assertThat(read(first, 0)).isEqualTo(new Batch.Lost());
    assertRead(read(first, 1), 2, 1);
    assertRead(read(second, 0), 1, 2);
    assertRead(read(other, 0), 1, 1);

    second.append(bytes(100));
    second.append(bytes(100));
    assertThat(read(first, 1)).isEqualTo(new Batch.Lost());
    assertThat(read(first, 2)).as("nothing was missed").isEqualTo(new Batch.Nothing());
    assertRead(read(second, 1), 2, 3);
  }

  @Test
  void theBytesOfASessionAreBounded() {
    StreamBuffers buffers = buffers(1000, 1000, 10_000);
    BufferedStream stream = stream(buffers);
    IntStream.range(0, 4).forEach(i -> stream.append(bytes(300)));

    assertThat(buffers.bytes()).isEqualTo(900);
    assertThat(kept).hasValue(900);
    assertThat(read(stream, 0)).isEqualTo(new Batch.Lost());
    assertRead(read(stream, 1), 2, 3);
  }

  @Test
  void anEventThatIsTooLongToKeepIsMissedHonestly() {
    BufferedStream stream = stream(buffers(1000, 1000, 10_000));
    stream.append(bytes(100));
    stream.append(bytes(1001));
    stream.append(bytes(100));

    assertThat(read(stream, 0)).isEqualTo(new Batch.Lost());
    assertThat(read(stream, 1)).isEqualTo(new Batch.Lost());
    assertRead(read(stream, 2), 3, 1);
  }

  @Test
  void ofAReplicaTheLeastRecentlyUsedStreamLosesFirst() {
    StreamBuffers buffers = buffers(1000, 1000, 1000);
    BufferedStream idle = buffers.open("uid-1", CONNECTION, Optional.of("1"));
    BufferedStream read = buffers.open("uid-2", CONNECTION, Optional.of("1"));
    BufferedStream written = buffers.open("uid-3", CONNECTION, Optional.of("1"));
    idle.append(bytes(300));
    read.append(bytes(300));
    written.append(bytes(300));
    assertRead(read(idle, 0), 1, 1);
    assertRead(read(read, 0), 1, 1);

    written.append(bytes(300));

    assertThat(read(idle, 0)).isEqualTo(new Batch.Lost());
    assertRead(read(read, 0), 1, 1);
    assertRead(read(written, 0), 1, 2);
    assertThat(buffers.bytes()).isEqualTo(900);
  }

  @Test
  void aStreamIsKeptForAMinuteAfterItsEnd() {
    StreamBuffers buffers = buffers(1000, 1000, 1000);
    BufferedStream stream = stream(buffers);
    BufferedStream open = stream(buffers);
    stream.append(bytes(300));
    stream.end();

    nanos.addAndGet(Duration.ofSeconds(60).toNanos() - 1);
    buffers.expire();
    assertThat(buffers.find(stream.number(), CONNECTION)).contains(stream);

    nanos.addAndGet(1);
    buffers.expire();
    assertThat(buffers.find(stream.number(), CONNECTION)).isEmpty();
    assertThat(buffers.find(open.number(), CONNECTION)).contains(open);
    assertThat(kept).hasValue(0);
    assertThat(read(stream, 0)).as("who has it still").isEqualTo(new Batch.Lost());
  }

  @Test
  void aStreamWhoseTimeIsOverIsForgottenOnceThoughItsReaderLeavesLater() {
    StreamBuffers buffers = buffers(2, 1000, 1000);
    BufferedStream slow = buffers.open(SESSION, CONNECTION, Optional.empty());
    BufferedStream other = stream(buffers);
    Reading reading = slow.attach(new Told(), 0);
    slow.append(bytes(100));
    slow.end();
    nanos.addAndGet(Duration.ofSeconds(60).toNanos());
    buffers.expire();

    reading.close();

    other.append(bytes(100));
    other.append(bytes(100));
    stream(buffers).append(bytes(100));
    assertThat(read(other, 0)).as("the bounds of their session").isEqualTo(new Batch.Lost());
  }

  @Test
  void aStreamAnswersToItsConnectionOnly() {
    StreamBuffers buffers = buffers(10, 1000, 1000);
    BufferedStream stream = stream(buffers);

    assertThat(buffers.find(stream.number(), CONNECTION)).contains(stream);
    assertThat(buffers.find(stream.number(), "c-2")).isEmpty();
    assertThat(buffers.find(stream.number() + 1, CONNECTION)).isEmpty();
  }

  @Test
  void theNewestReaderWinsAndTheOneBeforeIsTold() {
    BufferedStream stream = stream(buffers(10, 1000, 1000));
    Told writer = new Told();
    Told first = new Told();
    Told second = new Told();
    Reading original = stream.attachWriter(writer);
    stream.append(bytes(100));
    Reading reading = stream.attach(first, 0);
    assertThat(writer.replaced).hasValue(1);
    original.close();
    assertRead(reading.next(Long.MAX_VALUE), 1, 1);

    Reading newest = stream.attach(second, 0);
    assertThat(first.replaced).hasValue(1);
    assertThat(reading.next(Long.MAX_VALUE)).isEqualTo(new Batch.Nothing());
    reading.close();
    assertRead(newest.next(Long.MAX_VALUE), 1, 1);
    assertThat(second.replaced).hasValue(0);
  }

  @Test
  void aReaderIsToldOnceOfWhatComesWhileItWaits() {
    BufferedStream stream = stream(buffers(10, 1000, 1000));
    Told told = new Told();
    Reading reading = stream.attach(told, 0);
    stream.append(bytes(100));
    assertThat(told.more).as("it does not wait yet").hasValue(0);
    assertRead(reading.next(Long.MAX_VALUE), 1, 1);
    assertThat(reading.next(Long.MAX_VALUE)).isEqualTo(new Batch.Nothing());

    stream.append(bytes(100));
    stream.append(bytes(100));
    assertThat(told.more).hasValue(1);
    assertRead(reading.next(Long.MAX_VALUE), 2, 2);
    assertThat(reading.next(Long.MAX_VALUE)).isEqualTo(new Batch.Nothing());
    stream.end();
    assertThat(told.more).hasValue(2);
  }

  @Test
  void aBatchIsBoundedButNeverEmpty() {
    BufferedStream stream = stream(buffers(10, 10_000, 10_000));
    IntStream.range(0, 4).forEach(i -> stream.append(bytes(300)));
    Reading reading = stream.attach(new Told(), 0);

    assertRead(reading.next(1), 1, 1);
    assertRead(reading.next(600), 2, 2);
    assertRead(reading.next(600), 4, 1);
    assertThat(reading.after()).isEqualTo(4);
  }

  @Test
  void whoWritesWaitsForAReaderThatIsFarBehindUntilItReadsOrLeaves() {
    StreamBuffers buffers = buffers(10_000, 10_000_000, 10_000_000);
    BufferedStream stream = stream(buffers);
    AtomicInteger later = new AtomicInteger();
    Reading reading = stream.attach(new Told(), 0);
    IntStream.range(0, 2).forEach(i -> stream.append(new byte[600_000]));

    assertThat(stream.mayGoOn(later::incrementAndGet)).isFalse();
    assertThat(later).hasValue(0);
    assertRead(reading.next(1), 1, 1);
    assertThat(later).hasValue(1);
    assertThat(stream.mayGoOn(later::incrementAndGet)).isTrue();

    stream.append(new byte[600_000]);
    assertThat(stream.mayGoOn(later::incrementAndGet)).isFalse();
    reading.close();
    assertThat(later).hasValue(2);
    assertThat(stream.mayGoOn(later::incrementAndGet)).as("there is no reader").isTrue();
  }

  @Test
  void streamsAreWrittenAndReadByManyThreads() {
    StreamBuffers buffers = buffers(1_000_000, 100_000_000, 100_000_000);
    CompletableFuture<?>[] all =
        IntStream.range(0, 4)
            .mapToObj(i -> buffers.open("uid-" + i % 2, CONNECTION, Optional.of("1")))
            .flatMap(
                stream ->
                    IntStream.range(0, 2)
                        .mapToObj(
                            role ->
                                role == 0
                                    ? CompletableFuture.runAsync(() -> write(stream))
                                    : CompletableFuture.runAsync(() -> readAll(stream))))
            .toArray(CompletableFuture[]::new);

    CompletableFuture.allOf(all).join();
    nanos.addAndGet(Duration.ofSeconds(61).toNanos());
    buffers.expire();
    assertThat(kept).hasValue(0);
    assertThat(buffers.size()).isZero();
  }

  private static void write(BufferedStream stream) {
    IntStream.range(0, 2000).forEach(i -> stream.append(Integer.toString(i).getBytes(UTF_8)));
    stream.end();
  }

  private static void readAll(BufferedStream stream) {
    Reading reading = stream.attach(new Told(), 0);
    int next = 0;
    while (true) {
      switch (reading.next(500)) {
        case Batch.Events events -> {
          for (byte[] event : events.events()) {
            assertThat(new String(event, UTF_8)).isEqualTo(Integer.toString(next++));
          }
        }
        case Batch.Nothing nothing -> Thread.onSpinWait();
        case Batch.End end -> {
          assertThat(next).isEqualTo(2000);
          return;
        }
        case Batch.Lost lost -> throw new AssertionError("nothing was to be lost");
      }
    }
  }
}

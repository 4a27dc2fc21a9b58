package dev.mcpsession.gateway.resume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.gateway.resume.BufferedStream.Batch;
import dev.mcpsession.gateway.resume.BufferedStream.Reading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever streams come and go: the bounds hold, and what a client reads has neither gap nor
 * duplicate, or it is told that there is no such thing.
 */
class StreamBuffersPropertyTest {
  private static final int STEPS = 400;
  private static final BufferBounds BOUNDS =
      new BufferBounds(20, 4_000, 9_000, Duration.ofSeconds(60));

  static Stream<Integer> seeds() {
    return IntStream.range(0, Integer.getInteger("property.seeds", 300)).boxed();
  }

  /** A stream, and all that was ever written to it. */
  private static final class Written {
    final BufferedStream stream;
    final String session;
    final List<String> events = new ArrayList<>();
    boolean ended;
    Reading reading;
    int read;

    Written(BufferedStream stream, String session) {
      this.stream = stream;
      this.session = session;
    }
  }

  private static final class Ignores implements BufferedStream.Reader {
    @Override
    public void more() {}

    @Override
    public void replaced() {}
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theBoundsHoldAndAReplayHasNeitherGapNorDuplicate(int seed) {
    Random random = new Random(seed);
    AtomicLong nanos = new AtomicLong(random.nextLong());
    AtomicLong told = new AtomicLong();
    StreamBuffers buffers = new StreamBuffers(BOUNDS, nanos::get, told::addAndGet);
    List<Written> all = new ArrayList<>();

    for (int step = 0; step < STEPS; step++) {
      if (all.isEmpty() || random.nextInt(20) == 0) {
        String session = "uid-" + random.nextInt(3);
        all.add(new Written(buffers.open(session, "c", Optional.of("1")), session));
      }
      Written one = all.get(random.nextInt(all.size()));
      switch (random.nextInt(8)) {
        case 0 -> {
          one.read = one.events.isEmpty() ? 0 : random.nextInt(one.events.size() + 1);
          one.reading = one.stream.attach(new Ignores(), one.read);
        }
        case 1, 2 -> read(one, 1 + random.nextInt(2_000));
        case 3 -> {
          if (random.nextInt(6) == 0) {
            one.stream.end();
            one.ended = true;
          }
          nanos.addAndGet(Duration.ofSeconds(random.nextInt(20)).toNanos());
          buffers.expire();
        }
        default -> {
          if (!one.ended) {
            String event = one.events.size() + " " + "x".repeat(size(random));
            one.events.add(event);
            assertThat(one.stream.append(event.getBytes(UTF_8))).isEqualTo(one.events.size());
          }
        }
      }
      assertBounds(buffers, all, told);
    }
    all.forEach(it -> it.stream.end());
    nanos.addAndGet(Duration.ofSeconds(60).toNanos());
    buffers.expire();
    assertThat(told).hasValue(0);
    assertThat(buffers.size()).isZero();
  }

  private static int size(Random random) {
    return random.nextInt(40) == 0 ? 5_000 : random.nextInt(400);
  }

  private static void read(Written one, int most) {
    if (one.reading == null) {
      return;
    }
    switch (one.reading.next(most)) {
      case Batch.Events events -> {
        assertThat(events.first()).isEqualTo(one.read + 1);
        for (byte[] event : events.events()) {
          assertThat(new String(event, UTF_8)).isEqualTo(one.events.get(one.read++));
        }
      }
      case Batch.Nothing nothing -> {
        assertThat(one.ended).isFalse();
        assertThat(one.read).isEqualTo(one.events.size());
      }
      case Batch.End end -> {
        assertThat(one.ended).isTrue();
        assertThat(one.read).isEqualTo(one.events.size());
      }
      case Batch.Lost none ->
          assertThat(one.events.size() - one.read)
              .as("events that it misses, and those that are kept")
              .isGreaterThan(one.stream.log.size());
    }
  }

  private static void assertBounds(StreamBuffers buffers, List<Written> all, AtomicLong told) {
    Map<String, Integer> events = new HashMap<>();
    Map<String, Long> bytes = new HashMap<>();
    for (Written one : all) {
      events.merge(one.session, one.stream.log.size(), Integer::sum);
      bytes.merge(one.session, one.stream.log.bytes(), Long::sum);
    }
    assertThat(events.values()).allMatch(it -> it <= BOUNDS.eventsOfSession());
    assertThat(bytes.values()).allMatch(it -> it <= BOUNDS.bytesOfSession());
    long sum = bytes.values().stream().mapToLong(it -> it).sum();
    assertThat(sum).isLessThanOrEqualTo(BOUNDS.bytes());
    assertThat(buffers.bytes()).isEqualTo(sum);
    assertThat(told).hasValue(sum);
  }
}

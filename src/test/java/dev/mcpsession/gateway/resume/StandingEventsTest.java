package dev.mcpsession.gateway.resume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.gateway.resume.BufferedStream.Batch;
import dev.mcpsession.gateway.route.Incarnation;
import dev.mcpsession.gateway.stream.RewrittenEvents;
import dev.mcpsession.gateway.stream.StreamEvents.WhenClientLeaves;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Several backends feed one GET stream. */
class StandingEventsTest {
  private static final int SESSION_BYTES = 400_000;

  private long now;
  private final StreamBuffers buffers =
      new StreamBuffers(
          new BufferBounds(1000, SESSION_BYTES, 4_000_000, Duration.ofSeconds(60)),
          () -> now,
          change -> {});
  private BufferedStream stream;
  private boolean client = true;

  private final StandingEvents.Place place =
      new StandingEvents.Place() {
        @Override
        public BufferedStream kept() {
          if (stream == null) {
            stream = buffers.open("uid-1", "c-1", Optional.empty());
          }
          return stream;
        }

        @Override
        public boolean hasClient() {
          return client;
        }

        @Override
        public boolean goesOn() {
          return stream != null;
        }
      };

  private final StandingEvents old = of(1);
  private final StandingEvents young = of(2);

  private StandingEvents of(int revision) {
    return new StandingEvents(
        new RewrittenEvents(Incarnation.first(revision), Optional.empty()), place);
  }

  private static String pass(StandingEvents events, String text) {
    return events.pass(Buffer.buffer(text)).toString(UTF_8);
  }

  private BufferedStream.Reading read(long after) {
    return stream.attach(
        new BufferedStream.Reader() {
          @Override
          public void more() {}

          @Override
          public void replaced() {}
        },
        after);
  }

  private static List<String> numbered(BufferedStream.Reading reading) {
    List<String> all = new ArrayList<>();
    while (reading.next(Long.MAX_VALUE) instanceof Batch.Events some) {
      long number = some.first();
      for (byte[] event : some.events()) {
        all.add(number++ + " " + new String(event, UTF_8).replace("\n", ""));
      }
    }
    return all;
  }

  @Test
  void eventsWithoutIdsGoThroughOneBuffer() {
    assertThat(pass(old, ":\n\ndata: 1\n\n")).isEqualTo(":\n\n");
    assertThat(pass(young, "data: 2\n\n")).isEmpty();
    assertThat(pass(old, "retry: 5\n\ndata: 3\n\n")).isEqualTo("retry: 5\n\n");

    assertThat(numbered(read(0))).containsExactly("1 data: 1", "2 data: 2", "3 data: 3");
    assertThat(old.whenClientLeaves()).isEqualTo(WhenClientLeaves.READ_ON);
  }

  @Test
  void aBackendThatGivesIdsKeepsItsEvents() {
    assertThat(pass(old, "id: a\ndata: 1\n\n")).isEqualTo("id: 1.-.a\ndata: 1\n\n");
    assertThat(pass(young, "data: 2\n\n")).isEmpty();

    assertThat(numbered(read(0))).containsExactly("1 data: 2");
    assertThat(old.whenClientLeaves()).isEqualTo(WhenClientLeaves.CLOSE);
    assertThat(old.lastEventId()).contains("a");
    assertThat(young.whenClientLeaves()).isEqualTo(WhenClientLeaves.READ_ON);
    assertThat(young.lastEventId()).isEmpty();
  }

  @Test
  void withoutAClientTheyAreKeptHereAllTheSame() {
    pass(old, "data: 1\n\n");
    client = false;
    assertThat(pass(young, "id: a\ndata: 2\n\nid: b\ndata: 3\n\n")).isEmpty();

    assertThat(numbered(read(0))).containsExactly("1 data: 1", "2 data: 2", "3 data: 3");
    assertThat(young.whenClientLeaves()).isEqualTo(WhenClientLeaves.READ_ON);
    assertThat(young.lastEventId()).as("it can be asked with that").contains("b");
  }

  @Test
  void anEventThatHasNotEndedHasNoIdThatCounts() {
    pass(old, "id: a\ndata: 1\n\nid: b\ndata: 2\n");
    assertThat(old.lastEventId()).contains("a");
    pass(old, "\n");
    assertThat(old.lastEventId()).contains("b");
  }

  @Test
  void longEventsThatComeAtTheSameTimeAreNumberedAsTheyEnd() {
    String half = "x".repeat(70_000);
    assertThat(pass(old, "data: " + half)).isEmpty();
    assertThat(old.betweenEvents()).as("nothing of it is on the way to a client").isTrue();
    assertThat(pass(young, "data: " + half)).isEmpty();
    assertThat(pass(young, half + "2\n\n")).isEmpty();
    assertThat(pass(old, half + "1\n\ndata: 3\n\n")).isEmpty();

    assertThat(numbered(read(0)))
        .containsExactly(
            "1 data: " + half + half + "2", "2 data: " + half + half + "1", "3 data: 3");
    long kept = buffers.bytes();
    old.ended(true);
    young.ended(true);
    assertThat(buffers.bytes()).isEqualTo(kept).isLessThan(290_000);
  }

  @Test
  void whatIsTooLongToBeKeptIsPassedOver() {
    pass(old, "data: 1\n\n");
    BufferedStream.Reading reading = read(0);
    assertThat(numbered(reading)).containsExactly("1 data: 1");
    for (int i = 0; i < 8; i++) {
      pass(old, (i == 0 ? "data: " : "") + "x".repeat(70_000));
    }
    pass(old, "\n\ndata: 3\n\n");

    assertThat(numbered(reading)).containsExactly("3 data: 3");
    assertThat(stream.mayResume(1)).isFalse();
    assertThat(stream.mayResume(2)).isTrue();
  }

  @Test
  void partOfAnEventThatDoesNotEndIsForgotten() {
    pass(old, "data: 1\n\n");
    long kept = buffers.bytes();
    pass(old, "data: " + "x".repeat(70_000));
    assertThat(buffers.bytes()).isGreaterThan(kept + 60_000);
    old.rest();
    old.ended(true);
    assertThat(buffers.bytes()).isEqualTo(kept);
    pass(young, "data: 2\n\n");
    assertThat(numbered(read(0))).containsExactly("1 data: 1", "2 data: 2");
  }

  @Test
  void bothBackendsWaitForAReaderThatIsFarBehind() {
    pass(old, "data: 1\n\n");
    BufferedStream.Reading reading = read(1);
    for (int i = 0; i < 18; i++) {
      pass(old, "data: " + "x".repeat(60_000) + "\n\n");
    }
    List<String> told = new ArrayList<>();
    pass(young, "data: 2\n\n");
    assertThat(old.mayReadOn(() -> told.add("old"))).isFalse();
    assertThat(young.mayReadOn(() -> told.add("young"))).isFalse();
    reading.close();
    assertThat(told).containsExactly("old", "young");
    assertThat(old.mayReadOn(() -> {})).isTrue();
  }

  @Test
  void itIsKnownHowLongNobodyHasReadIt() {
    pass(old, "data: 1\n\n");
    BufferedStream.Reading reading = read(0);
    now = 5;
    assertThat(stream.unreadFor()).isZero();
    reading.close();
    now = 9;
    assertThat(stream.unreadFor()).isEqualTo(Duration.ofNanos(4));
  }

  @Test
  void whatNobodyReadsIsForgottenAtItsEnd() {
    pass(old, "data: 1\n\n");
    stream.endUnlessRead();
    assertThat(buffers.size()).isZero();
    assertThat(buffers.bytes()).isZero();
  }

  @Test
  void whoReadsItGetsTheRest() {
    pass(old, "data: 1\n\n");
    BufferedStream.Reading reading = read(0);
    stream.endUnlessRead();
    assertThat(stream.mayResume(0)).as("nobody reads the backend any more").isFalse();
    assertThat(numbered(reading)).containsExactly("1 data: 1");
    assertThat(reading.next(1)).isEqualTo(new Batch.End(false));
    reading.close();
    assertThat(buffers.size()).isZero();
    assertThat(buffers.bytes()).isZero();
    now = Duration.ofMinutes(5).toNanos();
    buffers.expire();
  }
}

package dev.mcpsession.gateway.resume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.gateway.resume.BufferedStream.Batch;
import dev.mcpsession.gateway.route.Incarnation;
import dev.mcpsession.gateway.stream.RewrittenEvents;
import dev.mcpsession.gateway.stream.StreamEvents.WhenClientLeaves;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of events with and without ids of their own. */
class NumberedEventsTest {
  private static final int SESSION_BYTES = 400_000;

  private final StreamBuffers buffers =
      new StreamBuffers(
          new BufferBounds(1000, SESSION_BYTES, 2_000_000, Duration.ofSeconds(60)),
          System::nanoTime,
          change -> {});
  private BufferedStream stream;
  private final NumberedEvents events =
      new NumberedEvents(
          new RewrittenEvents(Incarnation.first(3), Optional.of("7")),
          () -> {
            stream = buffers.open("uid-1", "c-1", Optional.of("7"));
            return stream;
          },
          opened -> "b.",
          opened -> Optional.of("data: broke off\n\n".getBytes(UTF_8)));

  private String pass(String text) {
    return events.pass(Buffer.buffer(text)).toString(UTF_8);
  }

  /** All that a client would get that has nothing. */
  private String kept() {
    BufferedStream.Reading reading =
        stream.attach(
            new BufferedStream.Reader() {
              @Override
              public void more() {}

              @Override
              public void replaced() {}
            },
            0);
    StringBuilder all = new StringBuilder();
    int number = 0;
    Batch batch = reading.next(Long.MAX_VALUE);
    while (batch instanceof Batch.Events some) {
      assertThat(some.first()).isEqualTo(number + 1);
      for (byte[] event : some.events()) {
        all.append("id: b.").append(++number).append('\n').append(new String(event, UTF_8));
      }
      batch = reading.next(Long.MAX_VALUE);
    }
    return all + batch.getClass().getSimpleName();
  }

  @Test
  void eventsWithoutIdsGetSomeAndAreKept() {
    assertThat(pass("data: 1\n\nevent: message\ndata: 2\n\n"))
        .isEqualTo("id: b.1\ndata: 1\n\nid: b.2\nevent: message\ndata: 2\n\n");

    assertThat(events.whenClientLeaves()).isEqualTo(WhenClientLeaves.READ_ON);
    assertThat(kept()).isEqualTo("id: b.1\ndata: 1\n\nid: b.2\nevent: message\ndata: 2\n\nNothing");
  }

  @Test
  void eventsOfABackendThatGivesIdsAreTheBackendsBusiness() {
    assertThat(pass(":\n\nid: a\ndata:\n\ndata: 2\n\n"))
        .isEqualTo(":\n\nid: 3.Nw.a\ndata:\n\ndata: 2\n\n");

    assertThat(stream).isNull();
    assertThat(events.whenClientLeaves()).isEqualTo(WhenClientLeaves.CLOSE);
  }

  @Test
  void aBackendThatBeginsWithoutIdsIsTakenForOneThatGivesNone() {
    assertThat(pass("data: 1\n\nid: a\r\ndata: 2\r\n\r\nid\ndata: 3\n\nid: b\n\n"))
        .isEqualTo("id: b.1\ndata: 1\n\nid: b.2\ndata: 2\r\n\r\nid: b.3\ndata: 3\n\n\n");

    assertThat(kept())
        .isEqualTo("id: b.1\ndata: 1\n\nid: b.2\ndata: 2\r\n\r\nid: b.3\ndata: 3\n\nNothing");
  }

  @Test
  void commentsAndFieldsWithoutDataAreNoEvents() {
    assertThat(pass(": hello\n\nretry: 5\n\n")).isEqualTo(": hello\n\nretry: 5\n\n");
    assertThat(events.whenClientLeaves()).isEqualTo(WhenClientLeaves.FORGET);
    assertThat(pass("data: 1\n\n:\n\n")).isEqualTo("id: b.1\ndata: 1\n\n:\n\n");

    assertThat(kept()).isEqualTo("id: b.1\ndata: 1\n\nNothing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void everyEndOfLineIsOneHoweverItIsCut(String end) {
    StringBuilder out = new StringBuilder();
    for (char c : "data: 1||event: x|data: 2||data|:||data: 4||".replace("|", end).toCharArray()) {
      out.append(pass(Character.toString(c)));
    }

    String expected =
        "id: b.1\ndata: 1||id: b.2\nevent: x|data: 2||id: b.3\ndata|:||id: b.4\ndata: 4||";
    assertThat(out.toString().replace(end, "|")).isEqualTo(expected.replace(end, "|"));
    assertThat(kept().lines().filter(line -> line.startsWith("data"))).hasSize(4);
  }

  @Test
  void anEventThatIsTooLongToHoldHasItsIdInFrontAndIsKeptWhole() {
    String data = "x".repeat(200_000);
    StringBuilder out = new StringBuilder(pass("data: 1\n\ndata: " + data.substring(0, 90_000)));
    assertThat(out).startsWith("id: b.1\ndata: 1\n\nid: b.2\ndata: xxx");
    assertThat(buffers.bytes()).as("parts count").isGreaterThan(90_000);
    assertThat(kept()).as("it is not whole").isEqualTo("id: b.1\ndata: 1\n\nNothing");

    out.append(pass(data.substring(90_000))).append(pass("\n\ndata: 3\n\n"));

    String all = "id: b.1\ndata: 1\n\nid: b.2\ndata: " + data + "\n\nid: b.3\ndata: 3\n\n";
    assertThat(out).hasToString(all);
    assertThat(kept()).isEqualTo(all + "Nothing");
    assertThat(buffers.bytes()).isLessThan(201_000);
  }

  @Test
  void anEventThatIsTooLongToKeepIsMissed() {
    String data = "x".repeat(100_000);
    pass("data: ");
    IntStream.range(0, 5).forEach(i -> assertThat(pass(data)).contains("xxx"));
    pass("\n\ndata: 2\n\n");

    assertThat(kept()).isEqualTo("Lost");
    assertThat(stream.mayResume(1)).isTrue();
    assertThat(buffers.bytes()).isLessThan(1000);
  }

  @Test
  void theEndSaysWhetherThereWasAnAnswer() {
    pass("data: {\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}\n\n");
    events.ended(false);

    assertThat(stream.isOver(1)).isTrue();
    assertThat(stream.isOver(0)).isFalse();
  }

  @Test
  void anEndWithoutAnAnswerIsNone() {
    pass("data: {\"jsonrpc\":\"2.0\",\"method\":\"x\"}\n\n");
    events.ended(false);

    assertThat(stream.isOver(1)).isFalse();
    assertThat(kept()).endsWith("End");
  }

  @Test
  void aBackendThatBreaksOffIsToldInTheStream() {
    pass("data: {\"jsonrpc\":\"2.0\",\"method\":\"x\"}\n\n");
    pass("data: half of it");
    events.ended(true);

    assertThat(kept()).endsWith("id: b.2\ndata: broke off\n\nEnd");
    assertThat(stream.isOver(2)).isTrue();
  }

  @Test
  void theNumberOfAnEventThatWasCutOffIsNotGivenAgain() {
    pass("data: 1\n\ndata: " + "x".repeat(100_000));
    events.ended(true);

    assertThat(stream.last()).isEqualTo(3);
    assertThat(stream.mayResume(1)).isFalse();
    assertThat(stream.mayResume(2)).isTrue();
    assertThat(buffers.bytes()).isLessThan(1000);
  }

  @Test
  void whoReadsOnWaitsForAClientThatIsFarBehind() {
    assertThat(events.mayReadOn(() -> {})).isTrue();
    pass("data: 1\n\n");
    assertThat(events.mayReadOn(() -> {})).isTrue();
  }

  static Stream<Integer> seeds() {
    return IntStream.range(0, Integer.getInteger("property.seeds", 300)).boxed();
  }

  /** Whatever the chunks are, the client gets what is kept, and the other way round. */
  @ParameterizedTest
  @MethodSource("seeds")
  void whatIsPassedOnIsWhatIsKept(int seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    int count = 1 + random.nextInt(20);
    for (int i = 0; i < count; i++) {
      int length = random.nextInt(12) == 0 ? 70_000 : random.nextInt(200);
      text.append("event: message\ndata: ").append(i).append("x".repeat(length)).append("\n\n");
    }
    Buffer all = Buffer.buffer(text.toString());
    Buffer out = Buffer.buffer();
    int at = 0;
    while (at < all.length()) {
      int to = Math.min(all.length(), at + 1 + random.nextInt(random.nextBoolean() ? 50 : 50_000));
      out.appendBuffer(events.pass(all.getBuffer(at, to)));
      at = to;
    }

    String kept = kept();
    if (kept.endsWith("Nothing")) {
      assertThat(out.toString(UTF_8) + "Nothing").isEqualTo(kept);
    } else {
      assertThat(all.length()).as("lost").isGreaterThan(SESSION_BYTES);
    }
    assertThat(events.count()).isEqualTo(count);
  }
}

package dev.mcpsession.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventFramerTest {
  private final EventFramer framer = new EventFramer();

  private String feed(String chunk) {
    return framer.feed(Buffer.buffer(chunk)).toString();
  }

  @Test
  void wholeEventsPassAtOnce() {
    assertThat(feed("data: 1\n\n")).isEqualTo("data: 1\n\n");
    assertThat(feed("id: 2\ndata: 2\n\n: comment\n\n"))
        .isEqualTo("id: 2\ndata: 2\n\n: comment\n\n");
    assertThat(framer.betweenEvents()).isTrue();
  }

  @Test
  void thePartOfAnEventWaitsForTheRest() {
    assertThat(feed("data: 1\n\ndata: ")).isEqualTo("data: 1\n\n");
    assertThat(feed("2\n")).isEmpty();
    assertThat(framer.betweenEvents()).isTrue();
    assertThat(feed("\ndata: 3")).isEqualTo("data: 2\n\n");
    assertThat(framer.rest()).hasToString("data: 3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\r\n"})
  void whereverAStreamIsCutItsEventsStayWhole(String newLine) {
    String stream =
        List.of("data: a", "", "id: 1", "data: b", "data: c", "", ": x", "", "").stream()
            .map(line -> line + newLine)
            .reduce("", String::concat);
    for (int size = 1; size <= stream.length(); size++) {
      EventFramer cut = new EventFramer();
      StringBuilder passed = new StringBuilder();
      List<String> parts = new ArrayList<>();
      for (int from = 0; from < stream.length(); from += size) {
        String part =
            cut.feed(Buffer.buffer(stream.substring(from, Math.min(stream.length(), from + size))))
                .toString();
        passed.append(part);
        if (!part.isEmpty()) {
          parts.add(passed.toString());
        }
        assertThat(cut.betweenEvents()).isTrue();
      }
      assertThat(passed + cut.rest().toString()).isEqualTo(stream);
      assertThat(parts)
          .allSatisfy(
              it -> assertThat(it.replace("\r\n", "\n").replace('\r', '\n')).endsWith("\n\n"));
    }
  }

  @Test
  void anEventThatIsTooLongToHoldPassesAsItComes() {
    String half = "x".repeat(EventFramer.LONGEST_HELD);

    assertThat(feed("data: 0\n\ndata: ")).isEqualTo("data: 0\n\n");
    assertThat(feed(half)).isEqualTo("data: " + half);
    assertThat(framer.betweenEvents()).isFalse();
    assertThat(feed(half)).isEqualTo(half);
    assertThat(feed("\n\ndata: 2")).isEqualTo("\n\n");
    assertThat(framer.betweenEvents()).isTrue();
    assertThat(framer.rest()).hasToString("data: 2");
  }

  @Test
  void theLinesOfAnEventsDataAreJoined() {
    assertThat(
            ServerSentEvents.data(
                Buffer.buffer("event: a\ndata: 1\ndata:2\n\n: c\n\nid: 3\ndata: 3\n\ndata: cut")))
        .containsExactly("1\n2", "3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"text/event-stream", "text/event-stream; charset=utf-8", "Text/Event-Stream"})
  void theMediaTypeOfEventsHasParameters(String type) {
    assertThat(ServerSentEvents.isMediaType(type)).isTrue();
    assertThat(ServerSentEvents.isMediaType(type.replace("eam", "eams"))).isFalse();
  }
}

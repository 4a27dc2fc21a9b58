package dev.mcpsession.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.gateway.route.Incarnation;
import dev.mcpsession.gateway.stream.StreamEvents.WhenClientLeaves;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RewrittenEventsTest {
  private static final int HELD = RewrittenEvents.LONGEST_HELD;

  private final RewrittenEvents events =
      new RewrittenEvents(Incarnation.first(3), Optional.of("7"));

  private String pass(String chunk) {
    return events.pass(Buffer.buffer(chunk)).toString();
  }

  @Test
  void aChunkWithNothingToRewritePassesAsItIs() {
    Buffer chunk =
        Buffer.buffer(
            """
            event: message
            data: {"jsonrpc":"2.0","id":7,"result":{"id":1}}

            : c

            """);

    assertThat(events.pass(chunk)).isSameAs(chunk);
    assertThat(events.betweenEvents()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "id: 5, id: 3.Nw.5",
        "id:5, id:3.Nw.5",
        "id:  5, id: 3.Nw. 5",
        "id: a:b é, id: 3.Nw.a:b é",
        "id, id",
        "id:, id:",
        "`id: `, `id: `",
        "ID: 5, ID: 5",
        "ids: 5, ids: 5",
        "`: id: 5`, `: id: 5`",
        "` id: 5`, ` id: 5`",
        "`\uFEFFid: 5`, `\uFEFFid: 3.Nw.5`",
        "`\uFEFF\uFEFFid: 5`, `\uFEFF\uFEFFid: 5`",
        "data: id: 5, data: id: 5",
        "retry: 5, retry: 5"
      })
  void theIdOfAnEventNamesRevisionAndRequest(String field, String seen) {
    for (String newLine : List.of("\n", "\r", "\r\n")) {
      RewrittenEvents first = new RewrittenEvents(Incarnation.first(3), Optional.of("7"));
      assertThat(first.pass(Buffer.buffer(field + newLine + "data: x" + newLine + newLine)))
          .hasToString(seen + newLine + "data: x" + newLine + newLine);
    }
  }

  @Test
  void anIdMayStandAnywhereInItsEvent() {
    assertThat(pass("data: x\nid: 1\ndata: y\nid: 2\n\n"))
        .isEqualTo("data: x\nid: 3.Nw.1\ndata: y\nid: 3.Nw.2\n\n");
  }

  @Test
  void whatIsNoIdToClientsStaysAsItIs() {
    assertThat(pass("id: a\u0000b\ndata: x\n\n")).isEqualTo("id: a\u0000b\ndata: x\n\n");
    assertThat(events.whenClientLeaves()).isEqualTo(WhenClientLeaves.FORGET);
    assertThat(pass("id: ab\n\n")).isEqualTo("id: 3.Nw.ab\n\n");
    assertThat(events.whenClientLeaves()).isEqualTo(WhenClientLeaves.CLOSE);
  }

  @Test
  void anIdThatIsTooLongForAHeaderIsLeftOut() {
    String longest = "i".repeat(BackendEventId.LONGEST_ID);

    assertThat(pass("id: " + longest + "i\n\n")).isEqualTo("id: \n\n");
    assertThat(events.whenClientLeaves()).isEqualTo(WhenClientLeaves.FORGET);
    assertThat(pass("id: " + longest + "\n\n")).isEqualTo("id: 3.Nw." + longest + "\n\n");
    RewrittenEvents other =
        new RewrittenEvents(Incarnation.first(3), Optional.of("1".repeat(1000)));
    assertThat(other.pass(Buffer.buffer("id: 1\n\n"))).hasToString("id: \n\n");
  }

  @Test
  void theGetStreamHasNoRequest() {
    assertThat(
            new RewrittenEvents(Incarnation.first(12), Optional.empty())
                .pass(Buffer.buffer("id: 1\n\n")))
        .hasToString("id: 12.-.1\n\n");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = ';',
      value = {
        "{`id`:7,`method`:`ping`}; {`id`:`3.7`,`method`:`ping`}",
        "{`method`:`ping`, `id` : -1.5e3 }; {`method`:`ping`, `id` : `3.-1.5e3` }",
        "{`id`:`a\\`\\u0041é`,`method`:`m`}; {`id`:`3.\\`a\\\\\\`\\\\u0041é\\``,`method`:`m`}",
        "{`i\\u0064`:7,`m\\u0065thod`:`m`}; {`i\\u0064`:`3.7`,`m\\u0065thod`:`m`}",
        "{`id`:7,`result`:{`method`:`x`,`id`:1}}; {`id`:7,`result`:{`method`:`x`,`id`:1}}",
        "{`id`:7,`error`:{}}; {`id`:7,`error`:{}}",
        "{`id`:null,`method`:`m`}; {`id`:null,`method`:`m`}",
        "{`id`:true,`method`:`m`}; {`id`:true,`method`:`m`}",
        "{`id`:7,`method`:5}; {`id`:7,`method`:5}",
        "{`id`:7,`method`:{`a`:`b`}}; {`id`:7,`method`:{`a`:`b`}}",
        "{`method`:`m`,`params`:{`id`:7,`a`:{`id`:8}},`id`:9};"
            + " {`method`:`m`,`params`:{`id`:7,`a`:{`id`:8}},`id`:`3.9`}",
        "{`params`:[{`id`:7}],`method`:`m`,`x`:[`id`,7],`id`:`s`};"
            + " {`params`:[{`id`:7}],`method`:`m`,`x`:[`id`,7],`id`:`3.\\`s\\``}",
        "{`id`:1,`method`:`m`,`params`:{`_meta`:{`progressToken`:1,`x`:1}}};"
            + " {`id`:`3.1`,`method`:`m`,`params`:{`_meta`:{`progressToken`:`3.1`,`x`:1}}}",
        "{`method`:`m`,`params`:{`_meta`:{`progressToken`:`t`}},`id`:1};"
            + " {`method`:`m`,`params`:{`_meta`:{`progressToken`:`3.\\`t\\``}},`id`:`3.1`}",
        "{`method`:`notifications/x`,`params`:{`_meta`:{`progressToken`:1}}};"
            + " {`method`:`notifications/x`,`params`:{`_meta`:{`progressToken`:1}}}",
        "{`method`:`notifications/progress`,`params`:{`progressToken`:1,`progress`:1}};"
            + " {`method`:`notifications/progress`,`params`:{`progressToken`:1,`progress`:1}}",
        "{`id`:1,`method`:`m`,`params`:{`_meta`:{`x`:{`progressToken`:1}},`progressToken`:2}};"
            + " {`id`:`3.1`,`method`:`m`,`params`:{`_meta`:{`x`:{`progressToken`:1}},`progressToken`:2}}",
        "{`method`:`notifications/cancelled`,`params`:{`requestId`:5,`reason`:`id`}};"
            + " {`method`:`notifications/cancelled`,`params`:{`requestId`:`3.5`,`reason`:`id`}}",
        "{`params`:{`requestId`:`r`},`method`:`notifications/cancelled`};"
            + " {`params`:{`requestId`:`3.\\`r\\``},`method`:`notifications/cancelled`}",
        "{`method`:`notifications/message`,`params`:{`requestId`:5}};"
            + " {`method`:`notifications/message`,`params`:{`requestId`:5}}",
        "[{`id`:1,`method`:`a`},{`id`:7,`result`:{}},{`id`:2,`method`:`b`}];"
            + " [{`id`:`3.1`,`method`:`a`},{`id`:7,`result`:{}},{`id`:`3.2`,`method`:`b`}]",
        "{`id`:1,`id`:2,`method`:`m`}; {`id`:`3.1`,`id`:`3.2`,`method`:`m`}",
        "{`id`:1,`method`:`m`; {`id`:1,`method`:`m`",
        "`method id 7`; `method id 7`",
        "{`id`:1,`method`:`m; {`id`:1,`method`:`m",
        "not {`id`:1,`method`:`m`}; not {`id`:`3.1`,`method`:`m`}",
        "{}; {}",
        "7; 7"
      })
  void idsOfTheServersOwnRequestsNameTheRevision(String json, String seen) {
    String sent = "data: " + json.strip().replace('`', '"') + "\n\n";
    String expected = "data: " + seen.strip().replace('`', '"') + "\n\n";

    assertThat(pass(sent)).isEqualTo(expected);
    for (int cut = 1; cut < sent.length(); cut++) {
      RewrittenEvents two = new RewrittenEvents(Incarnation.first(3), Optional.of("7"));
      assertThat(
              two.pass(Buffer.buffer(sent.substring(0, cut))).toString()
                  + two.pass(Buffer.buffer(sent.substring(cut))))
          .isEqualTo(expected);
      assertThat(two.betweenEvents()).isTrue();
    }
  }

  @Test
  void aMessageMayTakeSeveralLines() {
    assertThat(pass("data: {\"id\":\ndata: 7\nid: 1\ndata:,\"method\":\"m\"\r\ndata:}\n\n"))
        .isEqualTo(
            "data: {\"id\":\ndata: \"3.7\"\nid: 3.Nw.1\ndata:,\"method\":\"m\"\r\ndata:}\n\n");
  }

  @Test
  void whatIsBrokenEndsWithItsEvent() {
    assertThat(pass("data: {\"a\":\"\n\ndata: {\"id\":1,\"method\":\"m\"}\n\ndata: {{[\n\n"))
        .isEqualTo("data: {\"a\":\"\n\ndata: {\"id\":\"3.1\",\"method\":\"m\"}\n\ndata: {{[\n\n");
    assertThat(pass("data: {\"id\":1,\"method\":\"m\"}\n\n"))
        .isEqualTo("data: {\"id\":\"3.1\",\"method\":\"m\"}\n\n");
  }

  @Test
  void theAnswerIsSeen() {
    pass("data: {\"id\":1,\"method\":\"m\",\"params\":{\"result\":1}}\n\n");
    assertThat(events.isAnswered()).isFalse();
    pass("data: {\"id\":7,\"result\"");
    assertThat(events.isAnswered()).isFalse();
    pass(":{}}\n\n");
    assertThat(events.isAnswered()).isTrue();
    pass("data: {\"method\":\"m\"}\n\n");
    assertThat(events.isAnswered()).isTrue();
  }

  @Test
  void theBeginningOfALongEventDecides() {
    String half = "x".repeat(HELD);
    for (String cut : List.of("", half)) {
      RewrittenEvents some = new RewrittenEvents(Incarnation.first(3), Optional.of("7"));
      assertThat(
              some.pass(Buffer.buffer("id: 1\ndata: {\"id\":1,\"method\":\"m\",\"p\":\"" + half)))
          .hasToString("id: 3.Nw.1\ndata: {\"id\":\"3.1\",\"method\":\"m\",\"p\":\"" + half);
      assertThat(some.betweenEvents()).isFalse();
      assertThat(some.pass(Buffer.buffer(cut))).hasToString(cut);
      assertThat(some.pass(Buffer.buffer("\"}\n\ndata: {\"id\":1,\"method\":\"m\"}\n\n")))
          .hasToString("\"}\n\ndata: {\"id\":\"3.1\",\"method\":\"m\"}\n\n");
      assertThat(some.betweenEvents()).isTrue();
    }
  }

  @Test
  void anIdAfterALongBeginningIsRewrittenToo() {
    String half = "x".repeat(HELD);

    assertThat(pass("data: {\"method\":\"m\",\"params\":{\"p\":\"" + half)).isNotEmpty();
    assertThat(pass("\"},\"id\":1")).isEqualTo("\"},\"id\":");
    assertThat(pass("2")).isEmpty();
    assertThat(pass("3")).isEmpty();
    assertThat(pass("}\ni")).isEqualTo("\"3.123\"}\n");
    assertThat(pass("d: 1")).isEqualTo("id: ");
    assertThat(pass("2\n")).isEqualTo("3.Nw.12\n");
    assertThat(pass("\n")).isEqualTo("\n");
  }

  @Test
  void aLongResultIsAnAnswer() {
    String half = "x".repeat(HELD);

    assertThat(pass("data: {\"id\":7,\"result\":{\"p\":\"" + half))
        .isEqualTo("data: {\"id\":7,\"result\":{\"p\":\"" + half);
    assertThat(pass(half + "\"}}\n\n")).isEqualTo(half + "\"}}\n\n");
    assertThat(events.isAnswered()).isTrue();
  }

  @Test
  void nothingIsHeldForEver() {
    String half = "7".repeat(HELD + 1);

    assertThat(pass("data: {\"method\":\"m\",\"id\":" + half)).endsWith(half);
    assertThat(pass("7}\n\n")).isEqualTo("7}\n\n");
    assertThat(pass("id: " + half)).isEqualTo("id: " + half);
    assertThat(pass("\n\nid: 1\n\n")).isEqualTo("\n\nid: 3.Nw.1\n\n");
  }

  @Test
  void theRestOfAStreamIsWhatWasHeldBack() {
    assertThat(pass("id: 1\n\nid: 2\ndata: {\"id\":1,\"method\":\"m\"}\nid: 3"))
        .isEqualTo("id: 3.Nw.1\n\n");
    assertThat(events.rest())
        .hasToString("id: 3.Nw.2\ndata: {\"id\":\"3.1\",\"method\":\"m\"}\nid: 3");
    assertThat(events.rest().length()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void howeverAStreamIsCutItBecomesTheSame(int seed) {
    for (int i = 0; i < 400; i++) {
      Random random = new Random(seed * 1000L + i);
      StringBuilder sent = new StringBuilder();
      StringBuilder expected = new StringBuilder();
      int count = 1 + random.nextInt(6);
      for (int event = 0; event < count; event++) {
        new RandomEvent(random).append(sent, expected);
      }
      byte[] all = sent.toString().getBytes(StandardCharsets.UTF_8);
      RewrittenEvents cut = new RewrittenEvents(Incarnation.first(3), Optional.of("7"));
      Buffer seen = Buffer.buffer();
      List<String> parts = new ArrayList<>();
      int from = 0;
      while (from < all.length) {
        int to = Math.min(all.length, from + 1 + random.nextInt(random.nextBoolean() ? 4 : 60));
        Buffer part = cut.pass(Buffer.buffer().appendBytes(all, from, to - from));
        seen.appendBuffer(part);
        parts.add(part.toString());
        assertThat(cut.betweenEvents()).isTrue();
        from = to;
      }
      seen.appendBuffer(cut.rest());
      assertThat(seen).as("seed %d, %d: %s", seed, i, sent).hasToString(expected.toString());
      assertThat(String.join("|", parts).replace("\r\n", "\n").replace('\r', '\n'))
          .as("only whole events go out")
          .doesNotContainPattern("[^\n|]\\|+[^|\n]");
    }
  }
}

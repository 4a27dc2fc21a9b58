package dev.mcpsession.gateway.route;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.gateway.route.Reply.Cancellation;
import dev.mcpsession.gateway.route.Reply.None;
import dev.mcpsession.gateway.route.Reply.ToAsker;
import dev.mcpsession.gateway.route.Reply.ToNobody;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReplyParserTest {
  private static ReplyParser parse(byte[] body) {
    return ReplyParser.parse(body);
  }

  private static Arguments of(String body, Reply reply, String restored) {
    return Arguments.of(body.replace('`', '"'), reply, restored.replace('`', '"'));
  }

  private static Arguments unchanged(String body, Reply reply) {
    return of(body, reply, body);
  }

  static Stream<Arguments> messages() {
    ToAsker answer = new ToAsker(Incarnation.first(3), true, false);
    ToAsker progress = new ToAsker(Incarnation.first(3), false, false);
    return Stream.of(
        of("{`id`:`3.7`,`result`:{`id`:`3.8`}}", answer, "{`id`:7,`result`:{`id`:`3.8`}}"),
        of("{`error`:{`id`:1}, `id` : `3.\\`a\\`` }", answer, "{`error`:{`id`:1}, `id` : `a` }"),
        of("\uFEFF{`id`:`3.7`,`result`:1}", answer, "\uFEFF{`id`:7,`result`:1}"),
        of("{`é`:`é`,`id`:`\\u0033.7`,`result`:1}", answer, "{`é`:`é`,`id`:7,`result`:1}"),
        of(
            "{`method`:`notifications/progress`,`params`:{`progress`:1,`progressToken`:`3.7`}}",
            progress,
            "{`method`:`notifications/progress`,`params`:{`progress`:1,`progressToken`:7}}"),
        unchanged("{`method`:`notifications/progress`,`params`:{`progressToken`:7}}", new None()),
        unchanged("{`method`:`notifications/progress`}", new None()),
        unchanged("{`id`:7,`result`:{}}", new ToNobody()),
        unchanged("{`id`:`7`,`result`:{}}", new ToNobody()),
        unchanged("{`id`:null,`error`:{}}", new ToNobody()),
        unchanged("{`error`:{}}", new ToNobody()),
        unchanged("{`id`:`3.7`,`method`:`ping`,`params`:{`progressToken`:`3.1`}}", new None()),
        unchanged("{`id`:`3.7`}", new None()),
        unchanged(
            "{`method`:`notifications/cancelled`,`params`:{`requestId`:7}}", new Cancellation("7")),
        unchanged(
            "{`method`:`notifications/cancelled`,`params`:{`requestId`:`3.7`,`reason`:`x`}}",
            new Cancellation("\"3.7\"")),
        unchanged("{`method`:`notifications/cancelled`,`params`:[7]}", new None()),
        unchanged("{`method`:`notifications/roots`,`params`:{`requestId`:7}}", new None()),
        of(
            "[{`id`:`3.1`,`result`:{}},{`id`:`3.2`,`error`:{}}]",
            answer,
            "[{`id`:1,`result`:{}},{`id`:2,`error`:{}}]"),
        of(
            "[{`id`:1,`method`:`m`},{`id`:`3.2`,`result`:{}}]",
            new ToAsker(Incarnation.first(3), true, true),
            "[{`id`:1,`method`:`m`},{`id`:2,`result`:{}}]"),
        of(
            "[{`id`:`3.1`,`result`:{}},{`id`:`4.2`,`result`:{}}]",
            new ToNobody(),
            "[{`id`:1,`result`:{}},{`id`:2,`result`:{}}]"),
        unchanged("[{`id`:1,`method`:`m`}]", new None()),
        unchanged("[]", new None()),
        unchanged("[[1],7,{}]", new None()));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void aMessageIsTheBackendsThatItsIdNames(String body, Reply reply, String restored) {
    ReplyParser parsed = parse(body.getBytes(UTF_8));

    assertThat(parsed.reply()).isEqualTo(reply);
    assertThat(new String(parsed.body(), UTF_8)).isEqualTo(restored);
  }

  @Test
  void whatIsNotUtf8AnswersNobody() {
    assertThat(parse("{\"id\":\"3.7\",\"result\":1}".getBytes(UTF_16)).reply())
        .isEqualTo(new ToNobody());
  }

  @Test
  void aServerGetsItsOwnIdBack() {
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      String own =
          random.nextBoolean()
              ? Integer.toString(random.nextInt())
              : JsonText.quoted(
                  random
                      .ints(random.nextInt(10), 0, 0x250)
                      .collect(
                          StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                      .toString());
      int revision = 1 + random.nextInt(1000);
      String before = "{\"result\":{\"x\":\"" + "é".repeat(i % 50) + "\"}, \"id\":";
      String id = new ServerRequestId(Incarnation.first(revision), own).toClient();
      ReplyParser parsed = parse((before + id + "}").getBytes(UTF_8));

      assertThat(parsed.reply()).isEqualTo(new ToAsker(Incarnation.first(revision), true, false));
      assertThat(new String(parsed.body(), UTF_8)).isEqualTo(before + own + "}");
    }
  }
}

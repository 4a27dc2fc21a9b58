package dev.mcpsession.gateway.route;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.gateway.route.Message.Kind;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageParserTest {
  private static Message parse(String json) {
    return MessageParser.parse(json.getBytes(UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"} | REQUEST",
        "{\"method\":\"ping\",\"id\":\"a\"} | REQUEST",
        "{\"method\":\"notifications/initialized\"} | NOTIFICATION",
        "{\"method\":\"ping\",\"id\":null} | NOTIFICATION",
        "{\"id\":1,\"result\":{\"method\":\"x\"}} | RESPONSE",
        "{\"id\":1,\"error\":{\"code\":1,\"message\":\"x\"}} | RESPONSE",
        "[{\"method\":\"ping\",\"id\":1}] | BATCH",
        "[] | BATCH",
        "{} | OTHER",
        "\"text\" | OTHER",
        "null | OTHER",
        "{\"method\":5,\"id\":1} | OTHER",
        "{\"method\":\"ping\" | MALFORMED",
        "{\"method\":\"ping\"} x | MALFORMED",
        "{} {} | MALFORMED",
        "hello | MALFORMED",
        "'' | MALFORMED",
        "'  ' | MALFORMED",
      })
  void aBodyIsOfOneKind(String json, Kind kind) {
    assertThat(parse(json).kind()).isEqualTo(kind);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | 1",
        "-7 | -7",
        "1.50 | 1.50",
        "12345678901234567890123 | 12345678901234567890123",
        "\"a\\u0022b\" | \"a\\\"b\"",
        "\"\" | \"\"",
      })
  void anIdComesBackAsItWas(String id, String expected) {
    assertThat(parse("{\"id\":" + id + ",\"method\":\"ping\"}").id()).contains(expected);
  }

  @Test
  void theToolIsKnownInWhateverOrderTheNamesCome() {
    Message message =
        parse(
            "{\"params\":{\"arguments\":{\"name\":\"no\"},\"name\":\"yes\"},\"method\":\"tools/call\",\"id\":1}");

    assertThat(message.tool()).contains("yes");
    assertThat(parse("{\"params\":{\"name\":\"p\"},\"method\":\"prompts/get\",\"id\":1}").tool())
        .isEmpty();
  }

  @Test
  void ofANameThatOccursTwiceTheLastOneCounts() {
    assertThat(parse("{\"method\":\"a\",\"method\":\"b\",\"id\":1}").method()).contains("b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}} | true",
        "{\"_meta\":{\"a\":{\"b\":[1]},\"io.modelcontextprotocol/protocolVersion\":\"x\"}} | true",
        "{\"_meta\":{\"progressToken\":1}} | false",
        "{\"_meta\":\"io.modelcontextprotocol/protocolVersion\"} | false",
        "{\"arguments\":{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"x\"}}} | false",
        "{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"} | false",
        "[] | false",
      })
  void aModernMessageSaysItsVersionInMeta(String params, boolean modern) {
    assertThat(parse("{\"method\":\"tools/call\",\"id\":1,\"params\":" + params + "}").modern())
        .isEqualTo(modern);
  }

  @Test
  void initializeNamesItsClient() {
    Message message =
        parse(
            "{\"id\":0,\"method\":\"initialize\",\"params\":{\"clientInfo\":{\"version\":\"1\",\"name\":\"me\"}}}");

    assertThat(message.isInitialize()).isTrue();
    assertThat(message.clientName()).isEqualTo("me");
    assertThat(parse("{\"method\":\"initialize\"}").isInitialize()).isFalse();
  }

  @Test
  void whatAClientAsksForTheRestOfItsSessionIsKnown() {
    assertThat(
            parse("{\"id\":1,\"params\":{\"level\":\"error\"},\"method\":\"logging/setLevel\"}")
                .preference())
        .contains(new Preference.LogLevel("error"));
    String uri = "file:///" + "u".repeat(3000);
    String params = ",\"params\":{\"uri\":\"" + uri + "\"}}";
    assertThat(parse("{\"id\":1,\"method\":\"resources/subscribe\"" + params).preference())
        .contains(new Preference.Subscribe(uri));
    assertThat(parse("{\"id\":1,\"method\":\"resources/unsubscribe\"" + params).preference())
        .contains(new Preference.Unsubscribe(uri));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":1,\"method\":\"resources/read\",\"params\":{\"uri\":\"a:b\"}}",
        "{\"id\":1,\"method\":\"resources/subscribe\",\"params\":{\"uri\":5}}",
        "{\"id\":1,\"method\":\"resources/subscribe\",\"params\":{}}",
        "{\"method\":\"resources/subscribe\",\"params\":{\"uri\":\"a:b\"}}",
        "{\"id\":1,\"method\":\"logging/setLevel\",\"params\":{\"level\":[]}}",
        "{\"id\":1,\"result\":{}}",
      })
  void allElseIsNotRepeatedToLaterBackends(String json) {
    assertThat(parse(json).preference()).isEmpty();
  }

  @Test
  void longNamesAreCut() {
    assertThat(parse("{\"method\":\"" + "m".repeat(1000) + "\",\"id\":1}").method())
        .contains("m".repeat(256));
  }

  @Test
  void nestingThatExhaustsTheStackIsMalformed() {
    assertThat(parse("[".repeat(100_000) + "]".repeat(100_000)).kind()).isEqualTo(Kind.MALFORMED);
  }

  @Test
  void anErrorHasAnIdOnlyIfTheRequestHadOne() {
    assertThat(JsonText.error(Optional.of("\"x\""), -32603, "a \"b\"\n"))
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"error\":{\"code\":-32603,\"message\":\"a"
                + " \\\"b\\\"\\n"
                + "\"}}");
    assertThat(JsonText.error(Optional.empty(), 1, "m"))
        .isEqualTo("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":1,\"message\":\"m\"}}");
  }
}

package dev.mcpsession.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerRequestIdTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "3, 0, 7, \"3.7\"",
        "3, 0, \"a\", \"3.\\\"a\\\"\"",
        "2147483647, 2147483647, -1.5e+3, \"2147483647~2147483647.-1.5e+3\"",
        "1, 1, \"a\\u0041\\\\\", \"1~1.\\\"a\\\\u0041\\\\\\\\\\\"\"",
        "1, 0, \"\", \"1.\\\"\\\"\""
      })
  void theClientSeesAStringThatNamesTheBackendSession(
      int revision, int epoch, String json, String seen) throws Exception {
    Incarnation asker = new Incarnation(revision, epoch);
    ServerRequestId id = new ServerRequestId(asker, json);

    assertThat(id.toClient()).isEqualTo(seen);
    assertThat(ServerRequestId.parse(JSON.readValue(seen, String.class))).contains(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "7",
        "3.",
        "03.7",
        "0.7",
        "3~.7",
        "3~0.7",
        "3~01.7",
        "3~1~1.7",
        "~1.7",
        "3~2147483648.7",
        "-1.7",
        "3.a",
        "3.\"a",
        "3.\"a\"b\"",
        "3.\"\\\"",
        "3.\"\\x\"",
        "3.null",
        "3.{}",
        "3.7,8",
        "3.7 ",
        "3.\"\n\"",
        "2147483648.7",
        "3.\"a\",\"b\":\"c\"",
        "3.1."
      })
  void whatTheGatewayDoesNotMakeIsNoId(String text) {
    assertThat(ServerRequestId.parse(text)).isEmpty();
  }

  @Test
  void anIdOfAnyLengthIsReadAgain() throws Exception {
    Random random = new Random(1);
    for (int length : new int[] {0, 1, 10, 1000, 100_000}) {
      String text =
          random
              .ints(length, 0, 0x250)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      ServerRequestId id =
          new ServerRequestId(
              new Incarnation(1 + random.nextInt(100), random.nextInt(3)), JsonText.quoted(text));

      assertThat(ServerRequestId.parse(JSON.readValue(id.toClient(), String.class))).contains(id);
    }
  }
}

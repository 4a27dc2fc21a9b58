package dev.mcpsession.gateway.resume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BufferedEventIdTest {
  @ParameterizedTest
  @ValueSource(strings = {"7", "\"a.b-c\"", "\"\u00e9\"", "-1.5", "\"\\\"\""})
  void anIdIsReadAgain(String requestId) {
    BufferedEventId id = new BufferedEventId("repl-ica_", 5, Optional.of(requestId), 9);

    assertThat(id.text()).matches("b\\.repl-ica_\\.5-[A-Za-z0-9_-]+\\.9");
    assertThat(BufferedEventId.parse(id.text())).contains(id);
  }

  @Test
  void aGetStreamAnswersNoRequest() {
    BufferedEventId id = new BufferedEventId("replica", 5, Optional.empty(), 0);

    assertThat(id.text()).isEqualTo("b.replica.5.0");
    assertThat(BufferedEventId.parse(id.text())).contains(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "b",
        "b..5.9",
        "b.replica.5",
        "b.replica.x.9",
        "b.replica.5.x",
        "b.replica.5.9.1",
        "b.replica.5-.9",
        "b.replica.5-%.9",
        "b.replica.5-A.9",
        "b.replica.5.-9",
        "b.replica.5.1234567890123456789",
        "3.Nw.1_1",
        "c.replica.5.9",
        "b.replica.5.9\n"
      })
  void whatIsNoneIsNotRead(String text) {
    assertThat(BufferedEventId.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "null", "true", "7,\"x\":1", "7 ", "[1]", "\"a", "", "7}{"})
  void whatIsNoIdOfJsonRpcIsNotRead(String requestId) {
    String encoded =
        Base64.getUrlEncoder().withoutPadding().encodeToString(requestId.getBytes(UTF_8));

    assertThat(BufferedEventId.parse("b.replica.5-" + encoded + ".9")).isEmpty();
  }
}

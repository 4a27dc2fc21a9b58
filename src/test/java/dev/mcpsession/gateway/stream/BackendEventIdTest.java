package dev.mcpsession.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.gateway.route.Incarnation;
import dev.mcpsession.gateway.route.JsonText;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackendEventIdTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "3, 0, 7, 12, 3.Nw.12",
        "3, 12, , 12, 3~12.-.12",
        "2147483647, 0, \"a\", x.y z, 2147483647.ImEi.x.y z",
        "1, 1, -1.5e3, é, 1~1.LTEuNWUz.é"
      })
  void theIdNamesBackendSessionAndRequest(
      int revision, int epoch, String request, String id, String text) {
    BackendEventId eventId =
        new BackendEventId(new Incarnation(revision, epoch), Optional.ofNullable(request), id);

    assertThat(eventId.text()).contains(text);
    assertThat(BackendEventId.parse(text)).contains(eventId);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "3",
        "3.-",
        "3.-.",
        "-.-.1",
        "03.-.1",
        "0.-.1",
        "+3.-.1",
        "3..1",
        "3.--.1",
        "3.Nw==.1",
        "3.N.1",
        "3.Nx.1",
        "3.e30.1",
        "3.bnVsbA.1",
        "3.Nw.a\nb",
        "3.Nw.a\u0000",
        "2147483648.-.1",
        "99999999999.-.1",
        "b.x.1.2",
        "3.IjEiLCJ4Ijox.1",
        "3.ICAx.1",
        "3.MSwyMg.1",
        " 3.-.1"
      })
  void whatTheGatewayDoesNotMakeIsNoId(String text) {
    assertThat(BackendEventId.parse(text)).isEmpty();
  }

  @Test
  void whatIsTooLongForAHeaderIsNoId() {
    String id = "i".repeat(BackendEventId.LONGEST_ID);
    String request = "1".repeat(BackendEventId.LONGEST_REQUEST_ID);

    assertThat(new BackendEventId(Incarnation.first(1), Optional.of(request), id).text())
        .hasValueSatisfying(it -> assertThat(BackendEventId.parse(it)).isPresent())
        .hasValueSatisfying(it -> assertThat(BackendEventId.parse(it + "i")).isEmpty());
    assertThat(new BackendEventId(Incarnation.first(1), Optional.of(request), id + "i").text())
        .isEmpty();
    assertThat(new BackendEventId(Incarnation.first(1), Optional.of(request + "1"), id).text())
        .isEmpty();
  }

  @Test
  void whatIsFormattedIsParsedAgain() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      String id = text(random, 1 + random.nextInt(20)).replaceAll("[\\x00\\r\\n]", "_");
      Optional<String> request =
          switch (random.nextInt(3)) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(Long.toString(random.nextLong()));
            default -> Optional.of(JsonText.quoted(text(random, random.nextInt(20))));
          };
      BackendEventId eventId =
          new BackendEventId(
              new Incarnation(1 + random.nextInt(Integer.MAX_VALUE), random.nextInt(3)),
              request,
              id);

      assertThat(eventId.text().flatMap(BackendEventId::parse)).contains(eventId);
    }
  }

  private static String text(Random random, int length) {
    return random
        .ints(length, 0, 0x250)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}

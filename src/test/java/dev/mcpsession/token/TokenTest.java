package dev.mcpsession.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is left of a token in a text that quotes it. */
class TokenTest {
  @ParameterizedTest(name = "{0} in {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          gto_5e1f0c2a | denied: "gto_5e1f0c2a"         | denied: "[token]"
          gto_5e1f0c2a | Xgto_5e1f0c2aX, gto_5e1f0c2a   | X[token]X, [token]
          a.b(c)$1+d   | no a.b(c)$1+d, but axb(c)$1+d  | no [token], but axb(c)$1+d
          t            | Not found: "t"                 | Not found: "[token]"
          t            | must be at least, not t        | must be at least, not [token]
          s3cr3t       | token=s3cr3t; s3cr3ts          | token=[token]; s3cr3ts
          """)
  void isMaskedAndLeavesOtherWordsAsTheyAre(String value, String text, String masked) {
    assertThat(token(value).maskedIn(text)).isEqualTo(masked);
  }

  @Test
  void isMaskedAsTheDataOfASecretToo() {
    String encoded = Base64.getEncoder().encodeToString("s3cr3t".getBytes(StandardCharsets.UTF_8));
    assertThat(token("s3cr3t").maskedIn("data: {token: " + encoded + "}"))
        .isEqualTo("data: {token: [token]}");
  }

  @Test
  void thatIsEmptyMasksNothing() {
    assertThat(token("").maskedIn("anything")).isEqualTo("anything");
  }

  private static Token token(String value) {
    return new Token(value, new TokenInfo(Instant.EPOCH, null, null));
  }
}

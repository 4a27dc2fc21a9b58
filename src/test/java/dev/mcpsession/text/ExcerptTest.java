package dev.mcpsession.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExcerptTest {
  private static final String EMOJI = "\uD83D\uDE00";

  @ParameterizedTest(name = "{0} in {1} characters: {2}")
  @CsvSource({
    "abc,3,abc",
    "abcd,3,ab…",
    "abcd,1,…",
    "'',3,''",
    "ab😀,3,ab😀",
    "a😀bc,3,a😀…",
    "ab😀c,3,ab…",
    "😀😀😀😀,2,😀…"
  })
  void aTextIsCutBetweenCharacters(String text, int most, String excerpt) {
    assertThat(Excerpt.of(text, most)).isEqualTo(excerpt);
  }

  @ParameterizedTest
  @CsvSource({"0,1", "1,2"})
  void halfACharacterIsReplaced(int from, int to) {
    String half = EMOJI.substring(from, to);
    assertThat(Excerpt.of("a" + half + "b" + half, 9)).isEqualTo("a\uFFFDb\uFFFD");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, '\n', '\r', '\t', 0x1b, 0x7f, 0x85})
  void aControlCharacterBecomesASpace(int control) {
    assertThat(Excerpt.of("a" + (char) control + "b", 9)).isEqualTo("a b");
  }
}

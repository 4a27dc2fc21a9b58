package dev.mcpsession.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GeneratedDocumentTest {
  private static final String DOCUMENT =
      """
      # Title

      Words.

      ## One

      old 1

      ## One and more

      old 2
      """;

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "One, '# Title|Words.|## One|new|## One and more|old 2'",
    "One and more, '# Title|Words.|## One|old 1|## One and more|new'",
    "Another, '# Title|Words.|## One|old 1|## One and more|old 2|## Another|new'"
  })
  void aSectionIsMadeAnewAndTheRestStaysAsItIs(String heading, String expected) {
    assertThat(GeneratedDocument.withSection(DOCUMENT, heading, "new\n"))
        .isEqualTo(expected.replace("|", "\n\n") + "\n");
  }
}

package dev.mcpsession.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A committed file that is made from code. */
public record GeneratedDocument(Path file) {

  /** Of this name in docs/. */
  public static GeneratedDocument named(String name) {
    return new GeneratedDocument(Path.of("docs", name));
  }

  /** Fails if the file differs from this text; with {@code -Dregenerate} writes it instead. */
  public void mustBe(String text) {
    try {
      String value = System.getProperty("regenerate");
      if (value != null && !value.equals("false")) {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, text);
      }
      assertThat(file).as("made anew by: mvn test -Dregenerate").exists();
      assertThat(Files.readString(file))
          .as("%s, made anew by: mvn test -Dregenerate", file)
          .isEqualTo(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

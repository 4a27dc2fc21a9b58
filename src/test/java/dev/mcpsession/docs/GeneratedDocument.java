package dev.mcpsession.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A committed file that is made from code. */
public record GeneratedDocument(Path file) {

  /** Of this name in docs/. */
  public static GeneratedDocument named(String name) {
    return new GeneratedDocument(Path.of("docs", name));
  }

  /**
   * As {@link #mustBe}, of what is under one heading of the second level, where the rest is not
   * this code's. One that is not there yet is added at the end.
   *
   * @param text ends with a line feed
   */
  public void sectionMustBe(String heading, String text) {
    mustBe(withSection(read(), heading, text));
  }

  static String withSection(String document, String heading, String text) {
    String section = "## " + heading + "\n\n" + text;
    Matcher old =
        Pattern.compile(
                "^## " + Pattern.quote(heading) + "\n.*?(?=\n## |\\z)",
                Pattern.MULTILINE | Pattern.DOTALL)
            .matcher(document);
    return old.find()
        ? document.substring(0, old.start()) + section + document.substring(old.end())
        : document + "\n" + section;
  }

  private String read() {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
      assertThat(read()).as("%s, made anew by: mvn test -Dregenerate", file).isEqualTo(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.mcpsession.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every threat to sign-in in {@code docs/security.md} names tests that there are. */
class SecurityGuideTest {
  private static final Path TESTS = Path.of("src/test/java");
  private static final Pattern SECTION =
      Pattern.compile(
          "^## Sign-in: threats and what stands against them\n(.*?)(?=^## )",
          Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|IT))\\.(\\w+)`");

  static List<String> threats() throws IOException {
    Matcher section = SECTION.matcher(Files.readString(Path.of("docs/security.md")));
    assertThat(section.find()).as("the section").isTrue();
    return section.group(1).lines().filter(line -> line.startsWith("| **")).toList();
  }

  @Test
  void threatsAreThere() throws IOException {
    assertThat(threats()).hasSizeGreaterThan(20);
  }

  @ParameterizedTest
  @MethodSource("threats")
  void aThreatNamesTestsThatThereAre(String threat) throws IOException {
    Map<String, Path> classes = classes();
    String cell = threat.split(" \\| ", -1)[2].replaceFirst(" \\|$", "");
    for (String name : cell.split(", ", -1)) {
      Matcher test = TEST.matcher(name);
      assertThat(test.matches()).as("%s is a test", name).isTrue();
      assertThat(classes).containsKey(test.group(1));
      assertThat(Files.readString(classes.get(test.group(1))))
          .as(name)
          .containsPattern("void " + test.group(2) + "\\(");
    }
  }

  private static Map<String, Path> classes() {
    try (Stream<Path> files = Files.walk(TESTS)) {
      return files
          .filter(file -> file.toString().matches(".*(?:Test|IT)\\.java"))
          .collect(
              Collectors.toMap(
                  file -> file.getFileName().toString().replace(".java", ""),
                  Function.identity(),
                  (one, other) -> one));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

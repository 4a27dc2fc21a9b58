package dev.mcpsession.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ArchitectureGuideTest {
  private static final Path SOURCES = Path.of("src/main/java/dev/mcpsession");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| (`.*?) \\| .* \\| (`.*?) \\|$");
  private static final Pattern QUOTED = Pattern.compile("`([a-z/]*[A-Za-z]+(?:\\.java)?)`");

  private String guide;

  @BeforeEach
  void read() throws IOException {
    guide = Files.readString(Path.of("docs/architecture.md"));
  }

  @Test
  void everyPackageHasARowAndEveryRowAPackage() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES, 3)) {
      Set<String> packages =
          files
              .filter(file -> file.endsWith("package-info.java"))
              .map(file -> SOURCES.relativize(file.getParent()).toString())
              .filter(name -> !name.isEmpty())
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(rows().flatMap(row -> quoted(row.group(1)))).containsAll(packages);
      assertThat(packages).containsAll(rows().flatMap(row -> quoted(row.group(1))).toList());
    }
  }

  @Test
  void everyFileThatARowNamesIsInItsPackages() {
    assertThat(rows().toList())
        .isNotEmpty()
        .allSatisfy(
            row -> {
              List<Path> packages = quoted(row.group(1)).map(SOURCES::resolve).toList();
              assertThat(quoted(row.group(2)))
                  .allMatch(name -> packages.stream().anyMatch(it -> exists(it.resolve(name))));
            });
  }

  @Test
  void everyFileOnAWayThroughTheCodeExists() {
    String ways = guide.substring(guide.indexOf("\n## "), guide.indexOf("\n## Tests"));
    assertThat(quoted(ways).filter(name -> name.endsWith(".java")))
        .hasSizeGreaterThan(30)
        .allMatch(name -> exists(SOURCES.resolve(name)));
  }

  private Stream<MatchResult> rows() {
    return ROW.matcher(guide).results();
  }

  private static Stream<String> quoted(String text) {
    return QUOTED.matcher(text).results().map(match -> match.group(1));
  }

  private static boolean exists(Path file) {
    return Files.isRegularFile(file);
  }
}

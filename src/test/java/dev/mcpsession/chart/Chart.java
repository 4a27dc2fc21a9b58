package dev.mcpsession.chart;

import com.marcnuri.helm.DryRun;
import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The chart of this project, rendered without a cluster. */
final class Chart {
  static final Path FOLDER = Path.of("charts", "mcp-session-operator");

  static final Path VALUES = FOLDER.resolve("values.yaml");

  /** The release that {@code config/default} corresponds to, and its namespace. */
  static final String NAME = "mcp-session-operator";

  /** The library's own default is older than the chart allows. */
  private static final String KUBERNETES = "1.36.0";

  /** Stands for the annotation of hooks, which the library would not render. */
  static final String HOOK = "example/hook";

  /** As {@code helm template} without a cluster sees it; the library would ask one. */
  private static final String LOOKUP = "(lookup \"v1\" \"Secret\" $.Release.Namespace $name)";

  /** The gateway's, which are random. */
  private static final Pattern KEYS =
      Pattern.compile("(?m)(^  (?:current|previous)): [A-Za-z0-9+/]{43}=$");

  private static final Path PARENT = parent();
  private static final Path WITHOUT_HOOKS = PARENT.resolve("charts").resolve(NAME);

  private Chart() {}

  static Helm helm() {
    return new Helm(FOLDER);
  }

  /** With default values but for these, in YAML. */
  static Manifests rendered(String values) {
    return rendered(NAME, values);
  }

  static Manifests rendered(String release, String values) {
    return Manifests.of(text(release, values));
  }

  /** In a namespace of another name than {@link #NAME}. */
  static Manifests rendered(String release, String namespace, String values) {
    return Manifests.of(text(WITHOUT_HOOKS, release, namespace, values));
  }

  /** As the only dependency of a chart with these values. */
  static Manifests renderedAsSubchart(String values) {
    return Manifests.of(text(PARENT, NAME, NAME, values));
  }

  /** With its comments, and with hooks annotated {@link #HOOK}. */
  static String text(String release, String values) {
    return text(WITHOUT_HOOKS, release, NAME, values);
  }

  /** With the keys of the gateway as they are, another time others. */
  static Manifests renderedWithRandomKeys(String values) {
    return Manifests.of(random(WITHOUT_HOOKS, NAME, NAME, values));
  }

  private static String text(Path chart, String release, String namespace, String values) {
    return KEYS.matcher(random(chart, release, namespace, values)).replaceAll("$1: AAAA");
  }

  private static String random(Path chart, String release, String namespace, String values) {
    return withValues(
        values,
        file ->
            new Helm(chart)
                .template()
                .withName(release)
                .withNamespace(namespace)
                .withKubeVersion(KUBERNETES)
                .withValuesFile(file)
                .call());
  }

  /** What the user reads after an installation. */
  static String notes(String values) {
    String output =
        withValues(
            values,
            file ->
                helm()
                    .install()
                    .clientOnly()
                    .withDryRunOption(DryRun.CLIENT)
                    .withName(NAME)
                    .withNamespace(NAME)
                    .withKubeVersion(KUBERNETES)
                    .withValuesFile(file)
                    .call()
                    .getOutput());
    return output.substring(output.indexOf("NOTES:"));
  }

  /** Helm reads values from files alone. */
  static <T> T withValues(String values, Function<Path, T> command) {
    try {
      Path file = Files.createTempFile("values", ".yaml");
      try {
        Files.writeString(file, values);
        return command.apply(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A chart that has a copy of this one, without hooks, as a dependency. */
  private static Path parent() {
    try (Stream<Path> walk = Files.walk(FOLDER)) {
      Path parent = Files.createTempDirectory("chart");
      Path definition = parent.resolve("Chart.yaml");
      Files.writeString(definition, "{apiVersion: v2, name: parent, version: 0.1.0}");
      definition.toFile().deleteOnExit();
      Path copy = parent.resolve("charts").resolve(NAME);
      List<Path> files = walk.filter(Files::isRegularFile).toList();
      for (Path file : files) {
        Path to = copy.resolve(FOLDER.relativize(file));
        Files.createDirectories(to.getParent());
        Files.writeString(
            to,
            Files.readString(file)
                .replace("\"helm.sh/hook\"", "\"" + HOOK + "\"")
                .replace(LOOKUP, "(dict \"data\" dict)"));
        to.toFile().deleteOnExit();
      }
      return parent;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.mcpsession.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.comments.CommentLine;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * One value of the chart, with what the comment above it says.
 *
 * @param key its path, joined with dots
 * @param meaning the text after "# --" and of the comment lines below; empty without one
 * @param byDefault as in values.yaml
 */
record DocumentedValue(String key, String meaning, JsonNode byDefault) {
  private static final String MARK = " -- ";

  /** Of values.yaml in their order: those with a comment, and leaves without one. */
  static List<DocumentedValue> all() {
    String yaml = Manifests.read(Chart.FOLDER.resolve("values.yaml"));
    var options = new LoaderOptions();
    options.setProcessComments(true);
    var root = (MappingNode) new Yaml(options).compose(new StringReader(yaml));
    try {
      List<DocumentedValue> found = new ArrayList<>();
      collect("", root, new YAMLMapper().readTree(yaml), found);
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void collect(
      String prefix, MappingNode section, JsonNode defaults, List<DocumentedValue> found) {
    for (NodeTuple tuple : section.getValue()) {
      String name = ((ScalarNode) tuple.getKeyNode()).getValue();
      String meaning = meaning(tuple.getKeyNode().getBlockComments());
      JsonNode value = defaults.path(name);
      List<DocumentedValue> below = new ArrayList<>();
      if (tuple.getValueNode() instanceof MappingNode values) {
        collect(prefix + name + ".", values, value, below);
      }
      boolean isSection = below.stream().anyMatch(it -> !it.meaning().isEmpty());
      if (!isSection || !meaning.isEmpty()) {
        found.add(new DocumentedValue(prefix + name, meaning, value));
      }
      if (isSection) {
        found.addAll(below);
      }
    }
  }

  private static String meaning(List<CommentLine> comments) {
    if (comments == null) {
      return "";
    }
    String text =
        comments.stream()
            .map(CommentLine::getValue)
            .map(line -> line.startsWith(" ") ? line : " " + line)
            .collect(Collectors.joining());
    int start = text.indexOf(MARK);
    return start < 0 ? "" : text.substring(start + MARK.length()).strip();
  }
}

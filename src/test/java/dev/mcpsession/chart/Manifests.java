package dev.mcpsession.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Kubernetes objects as they are written down. */
record Manifests(List<JsonNode> objects) {
  private static final YAMLMapper YAML = new YAMLMapper();

  /** Of a text with any number of YAML documents. */
  static Manifests of(String yaml) {
    try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
      return new Manifests(documents.readAll().stream().filter(JsonNode::isObject).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a kustomization's resources and components are; what it changes in them is left out. */
  static Manifests ofKustomization(Path folder) {
    List<JsonNode> objects = new ArrayList<>();
    for (Path file : kustomized(folder)) {
      objects.addAll(of(read(file)).objects());
    }
    return new Manifests(objects);
  }

  private static Set<Path> kustomized(Path folder) {
    JsonNode kustomization = of(read(folder.resolve("kustomization.yaml"))).objects().getFirst();
    Set<Path> files = new LinkedHashSet<>();
    for (String list : List.of("resources", "components")) {
      for (JsonNode entry : kustomization.path(list)) {
        Path path = folder.resolve(entry.asText()).normalize();
        files.addAll(Files.isDirectory(path) ? kustomized(path) : Set.of(path));
      }
    }
    return files;
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Each as {@code Kind namespace/name}, or {@code Kind name} without a namespace. */
  Set<String> names() {
    Set<String> names = new TreeSet<>();
    for (JsonNode object : objects) {
      String namespace = object.at("/metadata/namespace").asText();
      names.add(
          object.path("kind").asText()
              + " "
              + (namespace.isEmpty() ? "" : namespace + "/")
              + object.at("/metadata/name").asText());
    }
    return names;
  }

  Stream<JsonNode> ofKind(String kind) {
    return objects.stream().filter(object -> object.path("kind").asText().equals(kind));
  }

  /** The only one of its kind. */
  JsonNode only(String kind) {
    List<JsonNode> found = ofKind(kind).toList();
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " of kind " + kind + " in " + names());
    }
    return found.getFirst();
  }

  /** The only one of that kind and name. */
  JsonNode named(String kind, String name) {
    return new Manifests(
            ofKind(kind)
                .filter(object -> object.at("/metadata/name").asText().equals(name))
                .toList())
        .only(kind);
  }
}

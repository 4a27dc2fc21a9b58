package dev.mcpsession.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** An image in a file, as docker save and jib's buildTar write it. Read by the program tar. */
public final class ImageArchive {
  /** Marks the file whose name follows as deleted in a layer; from the OCI image specification. */
  private static final String WHITEOUT = ".wh.";

  /** Marks a folder in a layer as hiding everything of the layers below. */
  private static final String OPAQUE = ".wh..wh..opq";

  /** The content of a layer taken from the base image. */
  public static final String BASE = "base image";

  private final Path file;
  private final JsonNode manifest;
  private final JsonNode description;

  private ImageArchive(Path file, JsonNode manifest, JsonNode description) {
    this.file = file;
    this.manifest = manifest;
    this.description = description;
  }

  /**
   * Reads the archive's metadata.
   *
   * @throws IOException if the file is not such an archive
   */
  public static ImageArchive read(Path file) throws IOException {
    ObjectMapper json = new ObjectMapper();
    JsonNode manifest = json.readTree(tar("-xOf", file.toString(), "manifest.json")).path(0);
    return new ImageArchive(
        file,
        manifest,
        json.readTree(tar("-xOf", file.toString(), manifest.path("Config").asText())));
  }

  /** The archive. */
  public Path file() {
    return file;
  }

  /** The name that a Pod uses, such as {@code mcp-session-operator:0.1.0}. */
  public String name() {
    return manifest.path("RepoTags").path(0).asText();
  }

  /**
   * Writes an image with the same layers that names no user, so that it runs as root.
   *
   * @param name that a Pod uses
   */
  public ImageArchive withoutUser(Path to, String name) throws IOException {
    Path scratch = Files.createTempDirectory("image");
    ObjectNode copy = description.deepCopy();
    copy.withObject("/config").remove("User");
    Files.writeString(scratch.resolve("config.json"), copy.toString());
    List<String> files = new ArrayList<>(List.of("manifest.json", "config.json"));
    for (JsonNode layer : manifest.path("Layers")) {
      tar("-xf", file.toString(), "-C", scratch.toString(), layer.asText());
      files.add(layer.asText());
    }
    ObjectNode named = manifest.deepCopy();
    named.put("Config", "config.json").putArray("RepoTags").add(name);
    Files.writeString(scratch.resolve("manifest.json"), "[" + named + "]");
    List<String> arguments =
        new ArrayList<>(List.of("-cf", to.toString(), "-C", scratch.toString()));
    arguments.addAll(files);
    tar(arguments.toArray(String[]::new));
    delete(scratch);
    return read(to);
  }

  /** User, Entrypoint, Env, Labels and so on. */
  public JsonNode config() {
    return description.path("config");
  }

  /** The strings of a list in {@link #config}; empty if there is no such list. */
  public List<String> texts(String field) {
    List<String> texts = new ArrayList<>();
    config().path(field).forEach(text -> texts.add(text.asText()));
    return texts;
  }

  /** The layers, lowest first. */
  public List<Layer> layers() throws IOException {
    Map<String, Long> bytes = new HashMap<>();
    for (String line : tar("-tvf", file.toString()).lines().toList()) {
      String[] columns = line.trim().split("\\s+", -1);
      bytes.put(columns[columns.length - 1], Long.parseLong(columns[2]));
    }
    List<Layer> layers = new ArrayList<>();
    for (JsonNode step : description.path("history")) {
      if (!step.path("empty_layer").asBoolean()) {
        JsonNode name = manifest.path("Layers").path(layers.size());
        layers.add(
            new Layer(
                step.path("author").asText().equals("Jib") ? step.path("comment").asText() : BASE,
                bytes.getOrDefault(name.asText(), 0L)));
      }
    }
    return layers;
  }

  /**
   * One layer.
   *
   * @param content {@link #BASE}, or what jib says, such as "dependencies" and "extra files"
   * @param bytes compressed
   */
  public record Layer(String content, long bytes) {}

  /**
   * Unpacks all layers on top of each other into a folder, without devices and owners.
   *
   * @param root the folder, which is created
   */
  public void unpack(Path root) throws IOException {
    Files.createDirectories(root);
    Path scratch = Files.createTempDirectory(root.toAbsolutePath().getParent(), "layers");
    tar("-xf", file.toString(), "-C", scratch.toString());
    for (JsonNode name : manifest.path("Layers")) {
      Path layer = scratch.resolve(name.asText());
      for (String entry : tar("-tf", layer.toString()).lines().toList()) {
        remove(root, Path.of(entry).normalize());
      }
      tar(
          "-xpf",
          layer.toString(),
          "-C",
          root.toString(),
          "--no-same-owner",
          "--exclude=" + WHITEOUT + "*",
          "--exclude=dev/*");
    }
    delete(scratch);
  }

  /** Removes what a layer's entry hides of the layers below. */
  private static void remove(Path root, Path entry) throws IOException {
    String name = entry.getFileName().toString();
    Path folder = root.resolve(entry).getParent();
    if (name.equals(OPAQUE)) {
      try (Stream<Path> hidden = Files.list(folder)) {
        for (Path path : hidden.toList()) {
          delete(path);
        }
      }
    } else if (name.startsWith(WHITEOUT)) {
      delete(folder.resolve(name.substring(WHITEOUT.length())));
    }
  }

  private static void delete(Path top) throws IOException {
    if (!Files.exists(top, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> all = Files.walk(top)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** Returns its output; shows its error output only if it fails, since it warns a lot. */
  private static String tar(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("tar"));
    command.addAll(List.of(arguments));
    Path complaints = Files.createTempFile("tar", ".err");
    Process tar = new ProcessBuilder(command).redirectError(complaints.toFile()).start();
    try {
      String output = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (tar.waitFor() != 0) {
        throw new IOException(
            String.join(" ", command) + " failed: " + Files.readString(complaints).strip());
      }
      return output;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      Files.delete(complaints);
    }
  }
}

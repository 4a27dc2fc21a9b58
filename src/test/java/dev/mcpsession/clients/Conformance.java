package dev.mcpsession.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A run of the official conformance suite against a server.
 *
 * @param suite the name of its package in package.json
 * @param version of the suite
 * @param revision of the protocol
 * @param selection options that select the scenarios
 */
public record Conformance(String suite, String version, String revision, List<String> selection) {
  /** What is asked of a server, by the versions of the suite that know of it. */
  public static final List<Conformance> RUNS =
      List.of(
          new Conformance(
              "conformance-0.1",
              "0.1.16",
              "2025-11-25",
              List.of("--suite", "all", "--spec-version", "2025-11-25")),
          new Conformance(
              "conformance-0.2",
              "0.2.0-alpha.12",
              "2025-11-25",
              List.of("--requirements", "2025-11-25")),
          new Conformance(
              "conformance-0.2",
              "0.2.0-alpha.12",
              "2026-07-28",
              List.of("--requirements", "2026-07-28")));

  /** Results are in folders of this form: the leg, the scenario, and the time. */
  private static final Pattern FOLDER =
      Pattern.compile("server-(.+)-\\d{4}-\\d\\d-\\d\\dT[\\d-]+Z");

  /** Returns the outcome of every scenario that was run, by its name. */
  public SortedMap<String, Scenario> run(NodeClients clients, URI server) {
    try {
      Path results = Files.createTempDirectory(clients.folder(), "conformance-");
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  "node_modules/" + suite + "/dist/index.js",
                  "server",
                  "--url",
                  server.toString(),
                  "--output-dir",
                  results.toString()));
      arguments.addAll(selection);
      clients.attempt(arguments);
      return read(results);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SortedMap<String, Scenario> read(Path results) throws IOException {
    SortedMap<String, Scenario> scenarios = new TreeMap<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(results)) {
      for (Path folder : folders) {
        Matcher name = FOLDER.matcher(folder.getFileName().toString());
        if (name.matches()) {
          JsonNode checks = new ObjectMapper().readTree(folder.resolve("checks.json").toFile());
          scenarios.put(name.group(1), Scenario.of(checks));
        }
      }
    }
    return scenarios;
  }
}

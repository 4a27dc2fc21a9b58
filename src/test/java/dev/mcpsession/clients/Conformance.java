package dev.mcpsession.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
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
  /** Of the suite that has scenarios for authorization servers. */
  public static final String AUTHORIZATION_VERSION = "0.2.0-alpha.12";

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
              AUTHORIZATION_VERSION,
              "2025-11-25",
              List.of("--requirements", "2025-11-25")),
          new Conformance(
              "conformance-0.2",
              AUTHORIZATION_VERSION,
              "2026-07-28",
              List.of("--requirements", "2026-07-28")));

  /** Results are in folders of this form: the leg, the scenario, and the time. */
  private static final Pattern FOLDER =
      Pattern.compile("(?:authorization-)?server-(.+)-\\d{4}-\\d\\d-\\d\\dT[\\d-]+Z");

  /** What a person is asked to open, on a line of its own. */
  private static final Pattern TO_OPEN = Pattern.compile("https?://\\S+[?&]code_challenge=\\S+");

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

  /**
   * Runs the scenarios for authorization servers, which only version 0.2 of the suite has. It knows
   * the same ones for every revision of the protocol.
   *
   * @param issuer letter for letter as in the metadata
   * @param clientId of a public client that has the redirect URI http://127.0.0.1/callback, with
   *     any port
   * @param resource that a token is asked for
   * @param user opens a URL as a browser would, signs in and consents, and follows all redirects,
   *     the last to the suite itself; is called on this thread
   * @return the outcome of every scenario, by its name
   */
  public static SortedMap<String, Scenario> runAuthorization(
      NodeClients clients, URI issuer, String clientId, URI resource, Consumer<URI> user) {
    try {
      Path results = Files.createTempDirectory(clients.folder(), "conformance-");
      clients.attempt(
          List.of(
              "node_modules/conformance-0.2/dist/index.js",
              "authorization",
              "--url",
              issuer.toString(),
              "--client-id",
              clientId,
              "--resource",
              resource.toString(),
              "--port",
              String.valueOf(freePort()),
              "--output-dir",
              results.toString()),
          line -> {
            if (TO_OPEN.matcher(line).matches()) {
              user.accept(URI.create(line));
            }
          });
      return read(results);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
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

package dev.mcpsession.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mcpsession.browser.UserAgent;
import dev.mcpsession.external.ExternalProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A program that knows the URL of an MCP server, and signs its user in by the OAuth client of its
 * SDK. It prints lines of JSON: {@code open}, the URL that the user's browser is to open; {@code
 * saw}, what it saw of the server once it was let in; {@code failed}, why that came to nothing.
 */
public final class SignInClient implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 90;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final Path errors;
  private final Writer commands;
  private final BlockingQueue<JsonNode> lines = new LinkedBlockingQueue<>();
  private int opened;

  private SignInClient(Process process, Path errors) {
    this.process = process;
    this.errors = errors;
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
    Thread.startVirtualThread(this::read);
  }

  static SignInClient start(
      ExternalProgram program,
      Path folder,
      Map<String, String> environment,
      List<String> arguments) {
    try {
      Path errors = Files.createTempFile("client", ".log");
      List<String> command = new ArrayList<>(List.of(program.file().toAbsolutePath().toString()));
      command.addAll(arguments);
      ProcessBuilder builder =
          new ProcessBuilder(command).directory(folder.toFile()).redirectError(errors.toFile());
      builder.environment().putAll(environment);
      return new SignInClient(builder.start(), errors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.startsWith("{")) {
          lines.add(JSON.readTree(line));
        }
      }
    } catch (IOException e) {
      // It ended, or was killed: whoever waits for a line will be told.
    }
  }

  /**
   * What it saw, once somebody has gone through every page that it opened.
   *
   * @param user whose name and password the person knows
   */
  public JsonNode saw(UserAgent person, String user) {
    for (JsonNode line = next(); ; line = next()) {
      if (line.has("open")) {
        opened++;
        String url = line.path("open").asText();
        person.signIn(url, user, line.path("redirect").asText());
      } else if (line.has("saw")) {
        return line.path("saw");
      } else {
        throw new AssertionError("The client could not go on: " + line + "\n" + written());
      }
    }
  }

  /** How often it has opened a browser. */
  public int opened() {
    return opened;
  }

  /** Has it call its tools once more: {@link #saw} says what came of it. */
  public void again() {
    try {
      commands.write("again\n");
      commands.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(written(), e);
    }
  }

  private JsonNode next() {
    try {
      JsonNode line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (line == null) {
        throw new AssertionError(
            "The client said nothing for " + PATIENCE_SECONDS + " s:\n" + written());
      }
      return line;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private String written() {
    try {
      return Files.readString(errors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it. */
  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    Files.deleteIfExists(errors);
  }
}

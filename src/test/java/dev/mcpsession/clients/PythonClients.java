package dev.mcpsession.clients;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mcpsession.external.ExternalProgram;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The Python SDK in the version of src/test/clients/requirements.txt. The test that uses it has to
 * be a {@code @NeedsProgram("python3")}.
 */
public final class PythonClients {
  private static final Duration INSTALL = Duration.ofMinutes(5);
  private static final Duration RUN = Duration.ofSeconds(60);

  private final Path folder;

  private PythonClients(Path folder) {
    this.folder = folder;
  }

  /** Installs it if it is not, which needs the Python Package Index. */
  public static PythonClients installed() {
    return new PythonClients(
        InstalledOnce.folder("python-clients", "requirements.txt", PythonClients::install));
  }

  private static void install(Path folder) {
    ExternalProgram.named("python3", "python3-venv")
        .succeed(folder, Map.of(), INSTALL, List.of("-m", "venv", "--clear", "venv"));
    python(folder)
        .succeed(
            folder,
            Map.of(),
            INSTALL,
            List.of(
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--no-deps",
                "--requirement",
                "requirements.txt"));
  }

  /**
   * Runs one of the scripts of src/test/clients.
   *
   * @return the line of JSON that it printed
   */
  public JsonNode run(String script, URI server, String mode) {
    return PrintedJson.lastLine(
        python(folder).succeed(folder, Map.of(), RUN, List.of(script, server.toString(), mode)));
  }

  /** A client of src/test/clients that signs its user in, and goes on until it is closed. */
  public SignInClient signIn(String script, URI server, String mode) {
    return SignInClient.start(
        python(folder), folder, Map.of(), List.of(script, server.toString(), mode));
  }

  private static ExternalProgram python(Path folder) {
    return new ExternalProgram(folder.resolve("venv/bin/python"));
  }
}

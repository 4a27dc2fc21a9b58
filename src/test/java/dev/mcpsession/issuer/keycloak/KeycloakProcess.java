package dev.mcpsession.issuer.keycloak;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Keycloak of its own on a free port of the loopback address, with its data in memory. */
final class KeycloakProcess implements AutoCloseable {
  static final String HOME = "keycloak.home";

  /** Long: after it was unpacked, its first start configures it as well. */
  private static final Duration START_TIMEOUT = Duration.ofMinutes(4);

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);
  private static final Pattern LISTENING = Pattern.compile("Listening on: (http://\\S+)");

  /** Ends Keycloak when standard input does: also when this process was killed. */
  private static final String ENDS_WITH_ITS_INPUT =
      "exec 3<&0; { cat <&3 >/dev/null; kill -TERM $$; } & exec \"$@\" 3<&- </dev/null";

  private final Process process;
  private final Path log;

  private KeycloakProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Does not wait until it is ready.
   *
   * @param realm the resource to import, whose placeholders stand for environment variables
   */
  static KeycloakProcess start(String realm, Map<String, String> environment) throws IOException {
    Path home = Path.of(System.getProperty(HOME, "")).toAbsolutePath();
    Path script = home.resolve("bin/kc.sh");
    if (!Files.exists(script)) {
      throw new IllegalStateException(
          "No Keycloak in " + home + ": mvn pre-integration-test unpacks it (-D" + HOME + "=DIR)");
    }
    Path imports = Files.createDirectories(home.resolve("data/import"));
    try (var resource = KeycloakProcess.class.getResourceAsStream(realm)) {
      Files.copy(resource, imports.resolve(realm), StandardCopyOption.REPLACE_EXISTING);
    }
    Path log = home.resolveSibling("keycloak.log");
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", ENDS_WITH_ITS_INPUT, "sh", "sh", script.toString());
    builder
        .command()
        .addAll(
            List.of(
                "start-dev",
                "--db=dev-mem",
                "--import-realm",
                "--http-host=127.0.0.1",
                "--http-port=0"));
    Map<String, String> variables = builder.environment();
    // What the developer's shell sets for another Keycloak or another Java.
    variables.keySet().removeIf(name -> name.matches("(KC|JAVA|DEBUG|QUARKUS)(_.*)?"));
    variables.put("JAVA_HOME", System.getProperty("java.home"));
    variables.put("JAVA_OPTS_KC_HEAP", "-Xms64m -Xmx400m");
    // It lives for a minute: the second compiler would cost more CPU time than it saves.
    variables.put("JAVA_OPTS_APPEND", "-XX:TieredStopAtLevel=1");
    variables.putAll(environment);
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    return new KeycloakProcess(process, log);
  }

  /** Its base URL, once it listens. */
  String awaitUrl() {
    return await("Keycloak; see " + log)
        .atMost(START_TIMEOUT)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              if (!process.isAlive()) {
                throw new IllegalStateException("Keycloak ended: " + Files.readString(log));
              }
              Matcher listening = LISTENING.matcher(Files.readString(log));
              return listening.find() ? listening.group(1) : "";
            },
            url -> !url.isEmpty());
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

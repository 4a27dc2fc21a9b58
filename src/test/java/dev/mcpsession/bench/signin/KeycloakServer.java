package dev.mcpsession.bench.signin;

import dev.mcpsession.bench.gateway.ServerProcess;
import dev.mcpsession.bench.report.Progress;
import dev.mcpsession.cluster.FreePort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Keycloak as in production: built, then started with {@code --optimized}, with its own defaults
 * for the JVM, caches and passwords (Argon2). Its database is an H2 file, since there is no other.
 */
public final class KeycloakServer implements AutoCloseable {
  private static final String REALM = "bench";
  private static final String CLIENT = "bench";

  private final ServerProcess process;
  private final HttpClient http;
  private final Users users;
  private final URI userInfo;

  private KeycloakServer(ServerProcess process, HttpClient http, int port) {
    this.process = process;
    this.http = http;
    String endpoints =
        "http://127.0.0.1:%d/realms/%s/protocol/openid-connect".formatted(port, REALM);
    userInfo = URI.create(endpoints + "/userinfo");
    users =
        new Users(
            new PublicClient(
                http,
                new PublicClient.Server(
                    URI.create(endpoints + "/auth"),
                    URI.create(endpoints + "/token"),
                    CLIENT,
                    Map.of())));
  }

  /** Why there is none, for people; empty: there is one. */
  public static Optional<String> missing() {
    return Files.exists(home().resolve("bin/kc.sh"))
        ? Optional.empty()
        : Optional.of("no Keycloak in " + home() + "; mvn -Pbench unpacks it");
  }

  private static Path home() {
    return Path.of(System.getProperty("keycloak.home", "")).toAbsolutePath();
  }

  /**
   * Returns when users can sign in; takes minutes if it was not built before.
   *
   * @param workers each has a user
   * @param http of browsers and clients
   */
  public static KeycloakServer start(int workers, HttpClient http)
      throws IOException, InterruptedException {
    Path built = built();
    delete(built.resolve("data"));
    Path imports = Files.createDirectories(built.resolve("data/import"));
    Files.writeString(imports.resolve("realm.json"), realm(workers));
    int port = FreePort.onLoopback();
    ServerProcess process =
        ServerProcess.start(
            "Keycloak",
            port,
            Files.createTempDirectory("keycloak"),
            command(
                built,
                "start",
                "--optimized",
                "--import-realm",
                "--http-enabled=true",
                "--hostname-strict=false",
                "--http-host=127.0.0.1",
                "--http-port=" + port));
    KeycloakServer keycloak = new KeycloakServer(process, http, port);
    URI discovery =
        URI.create(
            "http://127.0.0.1:%d/realms/%s/.well-known/openid-configuration"
                .formatted(port, REALM));
    Awaitility.await("Keycloak has its realm")
        .atMost(Duration.ofMinutes(2))
        .until(
            () ->
                http.send(HttpRequest.newBuilder(discovery).build(), BodyHandlers.discarding())
                        .statusCode()
                    == 200);
    return keycloak;
  }

  /** A copy, since tests start the other one for development; kept for the next time. */
  private static Path built() throws IOException, InterruptedException {
    Path built = home().resolveSibling(home().getFileName() + "-optimized");
    if (!Files.exists(built)) {
      Progress.say("builds Keycloak");
      Path copy = home().resolveSibling(home().getFileName() + "-copy");
      delete(copy);
      copy(home(), copy);
      int code =
          new ProcessBuilder(command(copy, "build", "--db=dev-file"))
              .redirectErrorStream(true)
              .redirectOutput(copy.resolve("build.log").toFile())
              .start()
              .waitFor();
      if (code != 0) {
        throw new IllegalStateException("kc.sh build failed; see " + copy.resolve("build.log"));
      }
      Files.move(copy, built);
    }
    return built;
  }

  /** In an environment where nobody has set options of Java or Keycloak. */
  private static List<String> command(Path home, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "env",
                "-i",
                "PATH=" + System.getenv("PATH"),
                "JAVA_HOME=" + System.getProperty("java.home"),
                "sh",
                home.resolve("bin/kc.sh").toString()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Refresh tokens work once, as OAuth 2.1 asks of public clients, and as the gateway's do. */
  private static String realm(int workers) {
    String users =
        IntStream.range(0, workers)
            .mapToObj(worker -> Users.NAME + worker)
            .map(
                """
                {"username": "%1$s", "enabled": true, "email": "%1$s@example.org",
                 "firstName": "%1$s", "lastName": "%1$s",
                 "credentials": [{"type": "password", "value": "%1$s"}]}
                """
                    ::formatted)
            .collect(Collectors.joining(","));
    return """
    {"realm": "%s", "enabled": true, "sslRequired": "none",
     "revokeRefreshToken": true, "refreshTokenMaxReuse": 0,
     "clients": [{"clientId": "%s", "publicClient": true, "standardFlowEnabled": true,
       "redirectUris": ["%s"], "attributes": {"pkce.code.challenge.method": "S256"}}],
     "users": [%s]}
    """
        .formatted(REALM, CLIENT, PublicClient.REDIRECT_URI, users);
  }

  /** What it is measured with. */
  public List<Task> tasks() {
    return List.of(
        task("Keycloak: a sign-in with a password", users::signInAnew),
        task("Keycloak: a sign-in in a browser that is signed in (cookie)", users::signInAgain),
        task("Keycloak: refresh", users::refresh),
        task("Keycloak: user info for an access token", this::ask));
  }

  private Task task(String name, Load.Work work) {
    return new Task(name, process, false, work);
  }

  private void ask(int worker) throws IOException, InterruptedException {
    int status =
        http.send(
                HttpRequest.newBuilder(userInfo)
                    .header("Authorization", "Bearer " + users.tokens(worker).access())
                    .build(),
                BodyHandlers.discarding())
            .statusCode();
    if (status != 200) {
      throw new IllegalStateException("The user info was answered " + status);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from.toRealPath())) {
      for (Path file : files.toList()) {
        Path copied = to.resolve(from.toRealPath().relativize(file).toString());
        if (!file.startsWith(from.toRealPath().resolve("data"))) {
          Files.copy(file, copied, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    process.close();
  }
}

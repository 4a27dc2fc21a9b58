package dev.mcpsession.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * The requests and their users as the API server itself records them: the only complete and
 * impartial source. The log is on this machine, so its clock is ours.
 */
public final class AuditLog {
  private static final Set<String> WRITES =
      Set.of("create", "update", "patch", "delete", "deletecollection");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;

  private AuditLog(Path file) {
    this.file = file;
  }

  /**
   * One answered request.
   *
   * @param uri with the query
   * @param resource empty if the request concerns none, such as /version
   * @param answered for a watch, when it began
   */
  public record Request(
      String user,
      String verb,
      String uri,
      String resource,
      String subresource,
      String name,
      int code,
      Instant received,
      Instant answered) {

    public boolean isWrite() {
      return WRITES.contains(verb);
    }

    /** "create pods", "update mcpsessions/status", "get /version". */
    public String what() {
      if (resource.isEmpty()) {
        return verb + " " + uri;
      }
      return verb + " " + resource + (subresource.isEmpty() ? "" : "/" + subresource);
    }
  }

  /** The file that {@code -Dcluster.audit} names; empty when none was named. */
  public static Optional<AuditLog> given() {
    return Optional.ofNullable(System.getProperty("cluster.audit"))
        .filter(name -> !name.isBlank())
        .map(Path::of)
        .map(AuditLog::new);
  }

  /** Whether this process may read it. */
  public boolean isReadable() {
    return Files.isReadable(file);
  }

  /** The requests of one user received from then on. */
  public List<Request> requests(String user, Instant from) {
    return read(
        from, user, request -> request.user().equals(user) && !request.received().isBefore(from));
  }

  /**
   * The requests answered between two moments.
   *
   * @param mention a word that each line must contain, such as the namespace
   */
  public List<Request> between(Instant from, Instant to, String mention) {
    return read(
        from,
        mention,
        request -> !request.answered().isBefore(from) && request.answered().isBefore(to));
  }

  /** Waits until all requests so far are written, since the API server writes in batches. */
  public void flush(KubernetesClient client, String namespace) {
    String mark = "mark-" + UUID.randomUUID();
    Instant from = Instant.now();
    client.configMaps().inNamespace(namespace).withName(mark).get();
    Awaitility.await()
        .pollInterval(Duration.ofSeconds(1))
        .atMost(Duration.ofMinutes(2))
        .until(() -> !between(from, Instant.MAX, mark).isEmpty());
  }

  private List<Request> read(Instant from, String mention, Predicate<Request> wanted) {
    List<Request> found = new ArrayList<>();
    for (Path part : parts(from)) {
      try (Stream<String> lines = Files.lines(part)) {
        lines
            .filter(line -> line.contains(mention))
            .map(AuditLog::parse)
            .flatMap(Optional::stream)
            .filter(wanted)
            .forEach(found::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return found;
  }

  /** The file and its rotated predecessors. */
  private List<Path> parts(Instant from) {
    String stem = String.valueOf(file.getFileName()).replaceFirst("\\.[^.]*$", "");
    try (DirectoryStream<Path> all =
        Files.newDirectoryStream(file.toAbsolutePath().getParent(), stem + "*.log")) {
      List<Path> parts = new ArrayList<>();
      for (Path part : all) {
        if (!Files.getLastModifiedTime(part).toInstant().isBefore(from.minusSeconds(1))) {
          parts.add(part);
        }
      }
      return parts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Empty for a line that is still being written, and for the stages that do not count: a watch
   * counts from its start; of the others only the end counts.
   */
  private static Optional<Request> parse(String line) {
    try {
      JsonNode event = JSON.readTree(line);
      String verb = event.path("verb").asText();
      String counts = verb.equals("watch") ? "ResponseStarted" : "ResponseComplete";
      if (!event.path("stage").asText().equals(counts)) {
        return Optional.empty();
      }
      JsonNode object = event.path("objectRef");
      return Optional.of(
          new Request(
              event.path("user").path("username").asText(),
              verb,
              event.path("requestURI").asText(),
              object.path("resource").asText(),
              object.path("subresource").asText(),
              object.path("name").asText(),
              event.path("responseStatus").path("code").asInt(),
              Instant.parse(event.path("requestReceivedTimestamp").asText()),
              Instant.parse(event.path("stageTimestamp").asText())));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}

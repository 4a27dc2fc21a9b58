package dev.mcpsession.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Every request that the API server answered, as its audit log tells: the only witness that neither
 * forgets nor flatters. The log lies on this machine, so its clock is ours.
 */
final class AuditLog {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;

  AuditLog(Path file) {
    this.file = file;
  }

  /**
   * One request.
   *
   * @param what "create pods", "update mcpsessions/status", "get /version"
   * @param accepted when it was answered, or for a watch when it began
   */
  record Request(
      String user,
      String verb,
      String what,
      String name,
      int code,
      Instant received,
      Instant accepted) {}

  /**
   * What was answered from one moment to another.
   *
   * @param mention a word that the lines have in common, such as the namespace
   */
  List<Request> between(Instant from, Instant to, String mention) {
    List<Request> found = new ArrayList<>();
    for (Path part : parts(from)) {
      try (Stream<String> lines = Files.lines(part, StandardCharsets.UTF_8)) {
        lines
            .filter(line -> line.contains(mention) && line.endsWith("}"))
            .map(AuditLog::read)
            .filter(r -> !r.accepted().isBefore(from) && r.accepted().isBefore(to))
            .filter(r -> !r.verb().isEmpty())
            .forEach(found::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return found;
  }

  /** The API server writes in batches: waits until what has happened so far is written. */
  void flush(KubernetesClient client, String namespace) {
    String mark = "mark-" + UUID.randomUUID();
    Instant from = Instant.now();
    client.configMaps().inNamespace(namespace).withName(mark).get();
    Awaitility.await()
        .pollInterval(Duration.ofSeconds(1))
        .atMost(Duration.ofMinutes(2))
        .until(() -> !between(from, Instant.MAX, mark).isEmpty());
  }

  /** The file, and those that it was before it grew too large. */
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

  private static Request read(String line) {
    try {
      JsonNode event = JSON.readTree(line);
      JsonNode object = event.path("objectRef");
      String verb = event.path("verb").asText();
      // A watch is there from its beginning; of the rest only the end counts.
      boolean counts =
          verb.equals("watch") == event.path("stage").asText().equals("ResponseStarted");
      String subresource = object.path("subresource").asText();
      String target =
          object.isMissingNode()
              ? event.path("requestURI").asText()
              : object.path("resource").asText() + (subresource.isEmpty() ? "" : "/" + subresource);
      return new Request(
          event.path("user").path("username").asText(),
          counts ? verb : "",
          verb + " " + target,
          object.path("name").asText(),
          event.path("responseStatus").path("code").asInt(),
          Instant.parse(event.path("requestReceivedTimestamp").asText()),
          Instant.parse(event.path("stageTimestamp").asText()));
    } catch (IOException e) {
      throw new UncheckedIOException("Not a line of an audit log: " + line, e);
    }
  }
}

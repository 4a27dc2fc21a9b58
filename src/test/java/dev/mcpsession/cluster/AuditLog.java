package dev.mcpsession.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the API server itself says was asked of it, by whom: the file that {@code -Dcluster.audit}
 * names.
 */
public final class AuditLog {
  private static final Set<String> WRITES =
      Set.of("create", "update", "patch", "delete", "deletecollection");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;

  private AuditLog(Path file) {
    this.file = file;
  }

  /** One answered request. */
  public record Request(
      String user,
      String verb,
      String resource,
      String subresource,
      String name,
      int code,
      Instant received) {
    public boolean isWrite() {
      return WRITES.contains(verb);
    }
  }

  /** Empty when no audit log was named. */
  public static Optional<AuditLog> given() {
    return Optional.ofNullable(System.getProperty("cluster.audit"))
        .filter(name -> !name.isBlank())
        .map(Path::of)
        .map(AuditLog::new);
  }

  /** The requests of one user that were received from then on. */
  public List<Request> requests(String user, Instant from) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.contains(user))
          .map(AuditLog::parse)
          .flatMap(Optional::stream)
          .filter(request -> request.user().equals(user) && !request.received().isBefore(from))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Empty for a line that is still being written, and for the stages before the answer. */
  private static Optional<Request> parse(String line) {
    try {
      JsonNode event = JSON.readTree(line);
      JsonNode object = event.path("objectRef");
      return "ResponseComplete".equals(event.path("stage").asText())
          ? Optional.of(
              new Request(
                  event.path("user").path("username").asText(),
                  event.path("verb").asText(),
                  object.path("resource").asText(),
                  object.path("subresource").asText(),
                  object.path("name").asText(),
                  event.path("responseStatus").path("code").asInt(),
                  Instant.parse(event.path("requestReceivedTimestamp").asText())))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}

package dev.mcpsession.replicas;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The server-sent events of one answer, read as they come. */
public final class McpStream implements AutoCloseable {
  private final HttpResponse<InputStream> response;
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Boolean> end = new CompletableFuture<>();

  /**
   * One event.
   *
   * @param id null: it has none
   * @param data empty for an event that only says where to resume
   */
  public record Event(@Nullable String id, String data) {}

  McpStream(HttpResponse<InputStream> response) {
    this.response = response;
    Thread.startVirtualThread(this::read);
  }

  private void read() {
    try (var lines =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      String id = null;
      StringBuilder data = new StringBuilder();
      boolean any = false;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("id:")) {
          id = line.substring(3).strip();
          any = true;
        } else if (line.startsWith("data:")) {
          data.append(line.substring(5).strip());
          any = true;
        } else if (line.isEmpty() && any) {
          events.add(new Event(id, data.toString()));
          id = null;
          data.setLength(0);
          any = false;
        }
      }
      end.complete(true);
    } catch (IOException | UncheckedIOException e) {
      end.complete(false);
    }
  }

  public int status() {
    return response.statusCode();
  }

  /** What has come so far, the oldest first. */
  public List<Event> events() {
    return List.copyOf(events);
  }

  /** What has come so far without what only says where to resume: JSON-RPC messages. */
  public List<String> messages() {
    return events.stream().map(Event::data).filter(Predicate.not(String::isEmpty)).toList();
  }

  /** Of the newest event that has one. */
  public Optional<String> lastEventId() {
    return events.reversed().stream().map(Event::id).filter(id -> id != null).findFirst();
  }

  /** Completes with its end: whether it ended in good order, or was broken off. */
  public CompletableFuture<Boolean> end() {
    return end;
  }

  /** Goes away, as a client whose network does. */
  @Override
  public void close() throws IOException {
    response.body().close();
  }
}

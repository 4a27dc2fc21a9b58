package dev.mcpsession.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A legacy client's streams of events, one event after the other. */
final class EventReader implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PATIENCE = Duration.ofSeconds(20).toNanos();

  /** One event with data. */
  record Event(String id, JsonNode message) {
    /** Which one of a flood, or of the progress; what else it is. */
    String name() {
      JsonNode params = message.path("params");
      return params.has("logger")
          ? params.get("logger").asText()
          : params.has("progress")
              ? "progress-" + params.get("progress").asInt()
              : message.has("error")
                  ? "error-" + message.path("id") + message.at("/error/code").asInt()
                  : "answer-" + message.path("id");
    }
  }

  private final RawClient client;
  private final String head;

  private EventReader(RawClient client) {
    this.client = client;
    head = client.readUntil("\r\n\r\n");
  }

  /** Calls a tool, as alice. */
  static EventReader call(RunningGateway gateway, String id, int requestId, String params) {
    RawClient client = gateway.connect();
    return new EventReader(
        client.post(
            "alice",
            "Mcp-Session-Id: " + id + "\r\nMCP-Protocol-Version: 2025-11-25\r\n",
            "{\"jsonrpc\":\"2.0\",\"id\":"
                + requestId
                + ",\"method\":\"tools/call\",\"params\":"
                + params
                + "}"));
  }

  /** GET as alice, after this event. */
  static EventReader resume(RunningGateway gateway, String id, String lastEventId) {
    return new EventReader(
        gateway
            .connect()
            .request(
                "GET",
                "alice",
                "Mcp-Session-Id: "
                    + id
                    + "\r\nMCP-Protocol-Version: 2025-11-25\r\nLast-Event-ID: "
                    + lastEventId
                    + "\r\n"));
  }

  /** The GET stream, as alice. */
  static EventReader open(RunningGateway gateway, String id) {
    return new EventReader(
        gateway.connect().request("GET", "alice", "Mcp-Session-Id: " + id + "\r\n"));
  }

  int status() {
    return Integer.parseInt(head.split(" ", 3)[1]);
  }

  /** The next event that has data; empty: the stream has ended. */
  Optional<Event> next() {
    String id = "";
    long begun = System.nanoTime(); // heartbeats come for ever
    while (System.nanoTime() - begun < PATIENCE) {
      String line = client.readUntil("\n");
      if (line.equals("0\r\n") || !line.endsWith("\n")) {
        return Optional.empty();
      } else if (line.startsWith("id: ")) {
        id = line.substring(4).strip();
      } else if (line.startsWith("data: {")) {
        try {
          return Optional.of(new Event(id, JSON.readTree(line.substring(6))));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    throw new AssertionError("no event came, and no end");
  }

  /** Up to this one and with it. */
  List<Event> until(String name) {
    List<Event> events = new ArrayList<>();
    while (events.isEmpty() || !events.getLast().name().equals(name)) {
      events.add(next().orElseThrow(() -> new AssertionError("ended after " + events)));
    }
    return events;
  }

  /** All until the end. */
  List<Event> all() {
    List<Event> events = new ArrayList<>();
    Optional<Event> event = next();
    while (event.isPresent()) {
      events.add(event.get());
      event = next();
    }
    return events;
  }

  /** Leaves at once. */
  @Override
  public void close() {
    client.close();
  }
}

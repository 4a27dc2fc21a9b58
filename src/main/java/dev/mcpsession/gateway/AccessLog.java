package dev.mcpsession.gateway;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.mcpsession.gateway.http.RequestRecord;
import dev.mcpsession.gateway.http.TrafficListener;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.text.Excerpt;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line of JSON for each request: who asked for what, and what became of it, without a token, a
 * body or a session id. Lines are written by a thread of their own, so that a slow reader of the
 * output holds up no request; if it is too slow, lines are left out and counted in a warning.
 */
final class AccessLog implements TrafficListener, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AccessLog.class);
  private static final JsonFactory JSON = new JsonFactory();

  /** Lines that wait for the output: about a second of a busy replica. */
  private static final int QUEUED = 16_384;

  /** Longer than any method of the specification. */
  private static final int MAX_METHOD = 64;

  /** What the specification allows for the name of a tool. */
  private static final int MAX_TOOL = 128;

  /** The longest name of an object; a path may hold anything. */
  private static final int MAX_NAME = 63;

  private static final Duration LAST_LINES = Duration.ofSeconds(2);

  /** Between lines of a busy replica: waking this thread for each would cost every request. */
  private static final Duration PAUSE = Duration.ofMillis(10);

  private record Entry(Instant time, RequestRecord request) {}

  private final InstantSource clock;
  private final Consumer<String> output;
  private final BlockingQueue<Entry> queue = new ArrayBlockingQueue<>(QUEUED);
  private final AtomicLong leftOut = new AtomicLong();
  private final Thread writer;

  /** Writes to the logger {@code access}. */
  AccessLog(InstantSource clock) {
    this(clock, LoggerFactory.getLogger("access")::info);
  }

  AccessLog(InstantSource clock, Consumer<String> output) {
    this.clock = clock;
    this.output = output;
    this.writer = Thread.ofPlatform().name("access-log").daemon().start(this::write);
  }

  @Override
  public void requestEnded(RequestRecord request) {
    if (!queue.offer(new Entry(clock.instant(), request))) {
      leftOut.incrementAndGet();
    }
  }

  private void write() {
    try {
      while (true) {
        write(queue.take());
        writeQueued();
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException closing) {
      writeQueued();
    }
  }

  private void writeQueued() {
    for (Entry entry = queue.poll(); entry != null; entry = queue.poll()) {
      write(entry);
    }
  }

  private void write(Entry entry) {
    output.accept(line(entry.time(), entry.request()));
    long missing = leftOut.getAndSet(0);
    if (missing > 0) {
      log.warn("{} lines of the access log were left out: its output is too slow", missing);
    }
  }

  /** A line without its end. */
  static String line(Instant time, RequestRecord request) {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      json.writeStringField("time", time.truncatedTo(ChronoUnit.MILLIS).toString());
      write(json, "namespace", request.resource().map(McpResource::namespace), MAX_NAME);
      write(json, "template", request.resource().map(McpResource::template), MAX_NAME);
      write(json, "owner", request.ownerHash(), MAX_NAME);
      json.writeStringField("era", request.era().label());
      write(
          json, "method", request.method().or(() -> Optional.of(request.httpMethod())), MAX_METHOD);
      write(json, "tool", request.tool(), MAX_TOOL);
      json.writeNumberField("status", request.status());
      json.writeNumberField("bytesIn", request.bytesIn());
      json.writeNumberField("bytesOut", request.bytesOut());
      json.writeNumberField("durationMs", millis(request.duration()));
      json.writeNumberField("backendMs", millis(request.backendTime()));
      write(json, "traceId", Optional.of(request.traceId()), MAX_NAME);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter throws none
    }
    return line.toString();
  }

  /** Null if there is none; a longer text is cut, and ends with an ellipsis. */
  private static void write(JsonGenerator json, String key, Optional<String> text, int maxLength)
      throws IOException {
    if (text.isEmpty()) {
      json.writeNullField(key);
      return;
    }
    String all = text.get();
    // Cut first: each of its characters may take a few more as an escape, and a text be a body
    // long.
    String cut = all.substring(0, Math.min(all.length(), 2 * maxLength));
    json.writeStringField(key, Excerpt.ofLine(cut, maxLength));
  }

  /** With microseconds. */
  private static BigDecimal millis(Duration duration) {
    return BigDecimal.valueOf(Math.max(duration.toNanos(), 0) / 1000, 3);
  }

  /** Writes what is queued, for at most 2 s. */
  @Override
  public void close() {
    writer.interrupt();
    try {
      if (!writer.join(LAST_LINES)) {
        log.warn("The last lines of the access log are missing: its output is too slow");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.mcpsession.bench.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Load by wrk: POSTs of one small tool call, each connection sends the next after the answer. */
public final class Wrk {
  private Wrk() {}

  /**
   * What one run saw.
   *
   * @param requests answered
   * @param perSecond requests in a second
   * @param median of the time until an answer, in microseconds
   * @param p99 in microseconds
   */
  public record Load(long requests, double perSecond, double median, double p99) {}

  /**
   * Runs it.
   *
   * @param headers besides those that any MCP client sends
   * @throws IllegalStateException if a request failed
   */
  public static Load run(String url, int connections, Duration time, Map<String, String> headers)
      throws IOException, InterruptedException {
    StringBuilder more = new StringBuilder();
    new TreeMap<>(headers)
        .forEach(
            (name, value) -> more.append("wrk.headers[\"%s\"] = \"%s\"\n".formatted(name, value)));
    Path script = Files.writeString(Files.createTempFile("wrk", ".lua"), script(more.toString()));
    Process wrk =
        new ProcessBuilder(
                Tools.path("wrk"),
                "-t1",
                "-c" + connections,
                "-d" + time.toSeconds() + "s",
                "-s",
                script.toString(),
                url)
            .redirectErrorStream(true)
            .start();
    List<String> lines = wrk.inputReader().lines().toList();
    wrk.waitFor();
    Files.delete(script);
    return lines.stream()
        .filter(line -> line.startsWith("RESULT "))
        .findFirst()
        .map(Wrk::load)
        .orElseThrow(() -> new IllegalStateException("wrk has failed: " + lines));
  }

  private static String script(String headers) {
    return """
    wrk.method = "POST"
    wrk.body = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{}}}'
    wrk.headers["Content-Type"] = "application/json"
    wrk.headers["Accept"] = "application/json, text/event-stream"
    %s
    done = function(summary, latency, requests)
      local e = summary.errors
      io.write(string.format("RESULT %%d %%d %%d %%d %%d\\n", summary.requests, summary.duration,
        e.connect + e.read + e.write + e.status + e.timeout,
        latency:percentile(50), latency:percentile(99)))
    end
    """
        .formatted(headers);
  }

  private static Load load(String line) {
    long[] n = List.of(line.split(" ", -1)).stream().skip(1).mapToLong(Long::parseLong).toArray();
    if (n[2] > 0) {
      throw new IllegalStateException(n[2] + " of " + n[0] + " requests have failed");
    }
    return new Load(n[0], n[0] / (n[1] / 1e6), n[3], n[4]);
  }
}

package dev.mcpsession.sample;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/**
 * As much of an MCP client (Streamable HTTP) as it takes to call one tool of a server that answers
 * with plain JSON.
 */
public record McpClient(URI endpoint) {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final String PROTOCOL = "2025-11-25";
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Begins an MCP session and calls the tool {@code whoami}.
   *
   * @return the text of the tool's answer
   */
  public String whoami() {
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
      send(
          http,
          Map.of(
              "jsonrpc",
              "2.0",
              "id",
              1,
              "method",
              "initialize",
              "params",
              Map.of(
                  "protocolVersion", PROTOCOL,
                  "capabilities", Map.of(),
                  "clientInfo", Map.of("name", "sample-client", "version", "1"))));
      send(http, Map.of("jsonrpc", "2.0", "method", "notifications/initialized"));
      JsonNode answer =
          send(
              http,
              Map.of(
                  "jsonrpc",
                  "2.0",
                  "id",
                  2,
                  "method",
                  "tools/call",
                  "params",
                  Map.of("name", "whoami", "arguments", Map.of())));
      return answer.at("/result/content/0/text").asText();
    } catch (IOException e) {
      throw new IllegalStateException("no MCP answer from " + endpoint, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private JsonNode send(HttpClient http, Map<String, Object> message)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(endpoint)
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .header("MCP-Protocol-Version", PROTOCOL)
            .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(message)))
            .build();
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() / 100 != 2) {
      throw new IOException("HTTP " + response.statusCode() + ": " + response.body());
    }
    JsonNode answer = JSON.readTree(response.body());
    if (answer.has("error")) {
      throw new IOException("MCP error: " + answer.get("error"));
    }
    return answer;
  }
}

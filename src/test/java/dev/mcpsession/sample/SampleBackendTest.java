package dev.mcpsession.sample;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the sample from its jar alone, as a container does. */
final class SampleBackendTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;
  private final HttpClient http = HttpClient.newHttpClient();
  private Process process;
  private int port;

  @BeforeEach
  void start() throws IOException {
    Path jar = Files.write(directory.resolve(SampleBackendJar.KEY), SampleBackendJar.bytes());
    Files.writeString(directory.resolve("token"), "s3cr3t");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-jar",
            jar.toString());
    builder.environment().put("PORT", "0");
    builder.environment().put("BIND_ADDRESS", "127.0.0.1");
    builder.environment().put("HOSTNAME", "alice-1");
    builder.environment().put("MCP_USER", "alice");
    builder.environment().put("LAMEDUCK_MILLIS", "1000");
    builder.environment().put("TOKEN_FILE", directory.resolve("token").toString());
    process = builder.redirectErrorStream(true).start();
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    String line = output.readLine();
    assertThat(line).startsWith("listening on ");
    port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
  }

  @AfterEach
  void stop() {
    process.destroyForcibly();
    http.shutdownNow();
  }

  @Test
  void initializeAgreesOnAProtocolRevision() throws Exception {
    JsonNode known = call("initialize", "{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{}}");
    JsonNode unknown = call("initialize", "{\"protocolVersion\":\"1999-01-01\"}");

    assertThat(known.at("/result/protocolVersion").asText()).isEqualTo("2025-06-18");
    assertThat(known.at("/result/capabilities").has("tools")).isTrue();
    assertThat(unknown.at("/result/protocolVersion").asText()).isEqualTo("2025-11-25");
  }

  @Test
  void theToolsAreListedAndPingIsAnswered() throws Exception {
    assertThat(call("tools/list", "{}").at("/result/tools/0/name").asText()).isEqualTo("whoami");
    assertThat(call("ping", "{}").at("/result").isObject()).isTrue();
  }

  @Test
  void whoamiSaysWhoseBackendItIsAndNeverTheToken() throws Exception {
    JsonNode facts = call("tools/call", "{\"name\":\"whoami\"}").at("/result/structuredContent");

    assertThat(facts.get("user").asText()).isEqualTo("alice");
    assertThat(facts.get("host").asText()).isEqualTo("alice-1");
    assertThat(facts.get("tokenLength").asInt()).isEqualTo(6);
    assertThat(facts.get("tokenModified").asText())
        .isEqualTo(Files.getLastModifiedTime(directory.resolve("token")).toInstant().toString());
    assertThat(facts.toString()).doesNotContain("s3cr3t");
  }

  @Test
  void aNotificationIsAcceptedWithoutABody() throws Exception {
    HttpResponse<String> response =
        post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");

    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(response.body()).isEmpty();
  }

  @Test
  void whatItDoesNotUnderstandIsAnsweredAsJsonRpcAsks() throws Exception {
    assertThat(call("resources/list", "{}").at("/error/code").asInt()).isEqualTo(-32601);
    assertThat(call("tools/call", "{\"name\":\"rm\"}").at("/error/code").asInt()).isEqualTo(-32602);
    assertThat(post("{\"jsonrpc\":").statusCode()).isEqualTo(400);
    assertThat(post("[]").body()).contains("-32600");
  }

  @Test
  void anIdComesBackAsItWasAndTextSurvivesItsEscapes() throws Exception {
    JsonNode answer =
        JSON.readTree(
            post("{\"jsonrpc\":\"2.0\",\"id\":\"\\u00e4\\\"\\n\\\\\",\"method\":\"ping\"}").body());

    assertThat(answer.get("id").asText()).isEqualTo("ä\"\n\\");
  }

  @Test
  void aRequestInFlightIsFinishedAfterSigterm() throws Exception {
    byte[] body = rpc("tools/call", "{\"name\":\"whoami\"}").getBytes(StandardCharsets.UTF_8);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      String head =
          "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length + "\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(body, 0, 10);
      // Answered only after the half request above was read, so that one is in flight.
      assertThat(get("/healthz").statusCode()).isEqualTo(200);

      process.destroy();
      // The signal takes a moment to arrive; by then it still accepts, and says that it ends.
      Awaitility.await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> get("/healthz").headers().firstValue("Connection").isPresent());
      Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> !accepts());
      assertThat(process.isAlive()).isTrue();
      socket.getOutputStream().write(body, 10, body.length - 10);

      assertThat(read(socket.getInputStream())).startsWith("HTTP/1.1 200").contains("alice-1");
    }
    assertThat(process.waitFor(5, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  @Test
  void withNothingInFlightItEndsRightAfterItsLameDuckTime() throws Exception {
    process.destroy();

    assertThat(process.waitFor(3, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  private boolean accepts() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static String read(InputStream stream) throws IOException {
    return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
  }

  private JsonNode call(String method, String params) throws Exception {
    HttpResponse<String> response = post(rpc(method, params));
    assertThat(response.statusCode()).isEqualTo(200);
    return JSON.readTree(response.body());
  }

  private static String rpc(String method, String params) {
    return "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"" + method + "\",\"params\":" + params + "}";
  }

  private HttpResponse<String> post(String body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(uri("/mcp")).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }
}

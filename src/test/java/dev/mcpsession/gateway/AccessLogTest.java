package dev.mcpsession.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mcpsession.gateway.http.Outcome;
import dev.mcpsession.gateway.http.RequestRecord;
import dev.mcpsession.gateway.route.Era;
import dev.mcpsession.gateway.route.McpResource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessLogTest {
  private static final Instant NOW = Instant.parse("2026-11-27T15:00:00.123456Z");
  private static final RequestRecord CALL =
      new RequestRecord(
          Optional.of(new McpResource("team", "forgejo")),
          Optional.of("6d18a38c1dbe6439"),
          Era.LEGACY,
          "POST",
          Optional.of("tools/call"),
          Optional.of("create_issue"),
          200,
          Outcome.OK,
          true,
          321,
          65_536,
          Duration.ofNanos(12_345_678),
          Duration.ofMillis(11),
          "4bf92f3577b34da6a3ce929d0e0e4736");

  @Test
  void aLineHasEveryKeyInTheDocumentedOrder() {
    assertThat(AccessLog.line(NOW, CALL))
        .isEqualTo(
            "{\"time\":\"2026-11-27T15:00:00.123Z\",\"namespace\":\"team\",\"template\":\"forgejo\","
                + "\"owner\":\"6d18a38c1dbe6439\",\"era\":\"legacy\",\"method\":\"tools/call\","
                + "\"tool\":\"create_issue\",\"status\":200,\"bytesIn\":321,\"bytesOut\":65536,"
                + "\"durationMs\":12.345,\"backendMs\":11.000,"
                + "\"traceId\":\"4bf92f3577b34da6a3ce929d0e0e4736\"}");
  }

  @Test
  void whatARequestDoesNotHaveIsNullAndItsMethodIsThatOfHttp() {
    RequestRecord request =
        new RequestRecord(
            Optional.empty(),
            Optional.empty(),
            Era.UNKNOWN,
            "GET",
            Optional.empty(),
            Optional.empty(),
            0,
            Outcome.CANCELLED,
            false,
            0,
            0,
            Duration.ZERO,
            Duration.ZERO,
            "4bf92f3577b34da6a3ce929d0e0e4736");
    assertThat(AccessLog.line(NOW, request))
        .isEqualTo(
            "{\"time\":\"2026-11-27T15:00:00.123Z\",\"namespace\":null,\"template\":null,"
                + "\"owner\":null,\"era\":\"unknown\",\"method\":\"GET\",\"tool\":null,"
                + "\"status\":0,\"bytesIn\":0,\"bytesOut\":0,\"durationMs\":0.000,"
                + "\"backendMs\":0.000,\"traceId\":\"4bf92f3577b34da6a3ce929d0e0e4736\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "'a\nb\r\n{\"status\":200}'; a b {\"status\":200}",
        "'\u001b[31mred'; \\u001b[31mred",
        "'a\u202eb'; a\\u202eb",
        "'a\u2028b'; a b",
        "'caf\u00e9 \u00e0 \"la\" \\carte'; caf\u00e9 \u00e0 \"la\" \\carte",
        "'x\ud800'; x\\ud800"
      })
  void textOfClientsStaysInItsLineAndField(String tool, String shown) throws Exception {
    String line = AccessLog.line(NOW, call("tools/call", tool));
    assertThat(line.lines()).hasSize(1);
    assertThat(parse(line).get("tool").textValue()).isEqualTo(shown);
    assertThat(line.codePoints()).allMatch(c -> !Character.isISOControl(c));
  }

  @Test
  void longTextOfClientsIsCut() throws Exception {
    String megabytes = "\u001b".repeat(4_000_000);
    JsonNode line = parse(AccessLog.line(NOW, call(megabytes, megabytes)));
    assertThat(line.get("method").textValue()).hasSize(64).endsWith("…");
    assertThat(line.get("tool").textValue()).hasSize(128).endsWith("…");
    assertThat(parse(AccessLog.line(NOW, call("m", "t".repeat(128)))).get("tool").textValue())
        .isEqualTo("t".repeat(128));
  }

  @Test
  void whatWasToldBeforeTheCloseIsWritten() {
    List<String> lines = new CopyOnWriteArrayList<>();
    AccessLog log = new AccessLog(InstantSource.fixed(NOW), lines::add);
    for (int i = 0; i < 1_000; i++) {
      log.requestEnded(CALL);
    }
    log.close();
    assertThat(lines).hasSize(1_000).containsOnly(AccessLog.line(NOW, CALL));
  }

  @Test
  void aSlowOutputHoldsUpNobodyAndKeepsABoundedNumberOfLines() {
    CountDownLatch slow = new CountDownLatch(1);
    List<String> lines = new CopyOnWriteArrayList<>();
    try (AccessLog log =
        new AccessLog(
            InstantSource.fixed(NOW),
            line -> {
              awaitUninterruptibly(slow);
              lines.add("line");
            })) {
      for (int i = 0; i < 20_000; i++) {
        log.requestEnded(CALL);
      }
      slow.countDown();
      await().until(() -> lines.size() >= 16_384);
    }
    assertThat(lines).hasSizeBetween(16_384, 16_385);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static RequestRecord call(String method, String tool) {
    return new RequestRecord(
        CALL.resource(),
        CALL.ownerHash(),
        CALL.era(),
        CALL.httpMethod(),
        Optional.of(method),
        Optional.of(tool),
        CALL.status(),
        CALL.outcome(),
        CALL.stream(),
        CALL.bytesIn(),
        CALL.bytesOut(),
        CALL.duration(),
        CALL.backendTime(),
        CALL.traceId());
  }

  private static JsonNode parse(String line) throws Exception {
    return new ObjectMapper().readTree(line);
  }
}

package dev.mcpsession.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.fixture.McpBackend;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * A backend that sends more than the replica's memory to a client that reads slowly. How much it
 * sends can be set, for measuring: {@code -Dflood.megabytes=1000}.
 */
class FloodTest {
  private static final int MEGABYTES = Integer.getInteger("flood.megabytes", 96);

  /** Together less than the flood. */
  private static final String[] MEMORY = {"-Xmx40m", "-XX:MaxDirectMemorySize=24m"};

  private static final int CALLS_WHILE_NOTHING_IS_READ = 200;

  private SmallGateway gateway;

  private static RawClient call(RawClient client, String user, String tool, String arguments) {
    return client.post(
        user,
        "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: " + tool + "\r\n",
        "{\"jsonrpc\":\"2.0\",\"id\":\"last\",\"method\":\"tools/call\",\"params\":{\"name\":\""
            + tool
            + "\",\"arguments\":"
            + arguments
            + ",\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/logLevel\":\"debug\","
            + "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"t\",\"version\":\"1\"},"
            + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}");
  }

  /** How long each call of another user takes, in microseconds. */
  private List<Long> calls(int count) {
    List<Long> took = new ArrayList<>();
    try (RawClient client = new RawClient(gateway.port())) {
      for (int i = 0; i < count; i++) {
        long begun = System.nanoTime();
        assertThat(call(client, "bob", "test_simple_text", "{}").readUntil("}]"))
            .contains("HTTP/1.1 200");
        took.add((System.nanoTime() - begun) / 1000);
      }
    }
    Collections.sort(took);
    return took;
  }

  @Test
  void aSlowClientsFloodDoesNotFillTheReplicaAndDoesNotHoldUpOthers() throws IOException {
    try (McpBackend flooding = McpBackend.start();
        McpBackend others = McpBackend.start();
        SmallGateway small =
            SmallGateway.start(others.endpoint(), Map.of("alice", flooding.endpoint()), MEMORY)) {
      gateway = small;
      calls(CALLS_WHILE_NOTHING_IS_READ); // so that what is loaded or compiled once, is
      List<Long> before = calls(CALLS_WHILE_NOTHING_IS_READ);
      try (RawClient slow = new RawClient(gateway.port())) {
        call(slow, "alice", "flood", "{\"events\":" + MEGABYTES * 1000 + ",\"bytes\":1000}");
        slow.readUntil("flood-0");

        List<Long> during = calls(CALLS_WHILE_NOTHING_IS_READ);
        CompletableFuture<Long> read =
            CompletableFuture.supplyAsync(
                () -> slow.countUntil("\"id\":\"last\""), Thread::startVirtualThread);
        List<Long> reading = calls(CALLS_WHILE_NOTHING_IS_READ);

        assertThat(read.orTimeout(5, TimeUnit.MINUTES).join())
            .isGreaterThan(MEGABYTES * 1_000_000L);
        System.out.printf(
            "A flood of %d MB: peak %d MiB; calls of others, us at 50 and 99 %%:"
                + " before %s, while nothing is read %s, while it is read %s%n",
            MEGABYTES, gateway.peakKiB() / 1024, some(before), some(during), some(reading));
        assertThat(gateway.isAlive()).isTrue();
        assertThat(during.get(during.size() / 2))
            .as("microseconds of a call in the middle, before it was %s", some(before))
            .isLessThan(Duration.ofSeconds(1).toNanos() / 1000);
      }
    }
  }

  private static String some(List<Long> sorted) {
    return sorted.get(sorted.size() / 2) + " and " + sorted.get(sorted.size() * 99 / 100);
  }
}

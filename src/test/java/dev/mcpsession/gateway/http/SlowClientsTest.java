package dev.mcpsession.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.fixture.McpBackend;
import dev.mcpsession.gateway.http.ServerSettings.Limits;
import dev.mcpsession.replicas.McpHttp;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client that does not read holds back its own backend, and is told of once. */
class SlowClientsTest {
  private static final String FLOOD =
      "{\"name\":\"flood\",\"arguments\":{\"events\":20000,\"bytes\":1000}}";

  private static final Pace FAST =
      new Pace(
          Duration.ofSeconds(25),
          Duration.ofSeconds(5),
          Duration.ofMillis(600),
          Duration.ofMillis(500),
          Duration.ofSeconds(60),
          Duration.ofSeconds(1));

  private McpBackend backend;
  private RunningGateway gateway;
  private McpHttp client;
  private String id;

  @BeforeEach
  void start() throws Exception {
    backend = McpBackend.start();
    gateway = new RunningGateway(Limits.DEFAULT, FAST).serve(backend.endpoint());
    client = new McpHttp("alice");
    id = client.initialize(gateway.endpoint()).sessionId().orElseThrow();
  }

  @AfterEach
  void stop() {
    client.close();
    gateway.close();
    backend.close();
  }

  @Test
  void aClientThatTakesNothingIsToldOfOnceAndUntilItHasCaughtUp() {
    try (EventReader call = EventReader.call(gateway, id, 7, FLOOD)) {
      await().untilAsserted(() -> assertThat(gateway.records.slowClients).hasValue(1));
      try (EventReader other =
          EventReader.call(gateway, id, 8, "{\"name\":\"count\",\"arguments\":{}}")) {
        assertThat(other.all()).hasSize(1);
      }
      assertThat(gateway.records.slowClientsEver).hasValue(1);

      assertThat(call.all()).hasSize(20_001);
      await().untilAsserted(() -> assertThat(gateway.records.slowClients).hasValue(0));
    }
  }

  @Test
  void aClientThatLeavesIsNotSlowAnyMore() {
    try (EventReader call = EventReader.call(gateway, id, 7, FLOOD)) {
      await().untilAsserted(() -> assertThat(gateway.records.slowClients).hasValue(1));
    }
    await().untilAsserted(() -> assertThat(gateway.records.slowClients).hasValue(0));
  }
}

package dev.mcpsession.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.fixture.McpBackend;
import dev.mcpsession.gateway.http.ServerSettings.Limits;
import dev.mcpsession.replicas.McpHttp;
import org.junit.jupiter.api.RepeatedTest;

class EventLoopsTest {
  @RepeatedTest(5)
  void connectionsAreSpreadOverAllEventLoops() throws Exception {
    int loops = Runtime.getRuntime().availableProcessors();
    try (McpBackend backend = McpBackend.start("127.0.0.1", 0);
        RunningGateway gateway = new RunningGateway(Limits.DEFAULT).serve(backend.endpoint())) {
      for (int i = 0; i < 2 * loops; i++) {
        try (McpHttp newConnection = new McpHttp("alice")) {
          newConnection.initialize(gateway.endpoint());
        }
      }

      await().untilAsserted(() -> assertThat(gateway.records.threads).hasSize(loops));
    }
  }
}

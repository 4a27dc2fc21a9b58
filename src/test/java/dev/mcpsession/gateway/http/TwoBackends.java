package dev.mcpsession.gateway.http;

import dev.mcpsession.fixture.McpBackend;
import dev.mcpsession.gateway.http.ServerSettings.Limits;
import dev.mcpsession.replicas.McpHttp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A legacy client of a gateway, the backend that serves it, and one that is to take its place. */
abstract class TwoBackends {
  private final Pace pace;
  McpBackend first;
  McpBackend second;
  RunningGateway gateway;
  McpHttp client;

  /** The client's MCP session id. */
  String id;

  TwoBackends(Pace pace) {
    this.pace = pace;
  }

  @BeforeEach
  final void start() throws Exception {
    first = McpBackend.start();
    second = McpBackend.start();
    gateway = new RunningGateway(Limits.DEFAULT, pace).serve(first.endpoint());
    client = new McpHttp("alice");
    id = client.initialize(gateway.endpoint()).sessionId().orElseThrow();
  }

  @AfterEach
  final void stop() {
    client.close();
    gateway.close();
    first.close();
    second.close();
  }
}

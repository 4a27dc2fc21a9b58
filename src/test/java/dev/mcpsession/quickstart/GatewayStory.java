package dev.mcpsession.quickstart;

import static dev.mcpsession.quickstart.Story.check;
import static dev.mcpsession.quickstart.Story.expect;

import dev.mcpsession.api.McpConnection;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.config.GatewayConfig;
import dev.mcpsession.gateway.GatewayOptions;
import dev.mcpsession.gateway.GatewayProcess;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An MCP client that knows nothing of Kubernetes: it connects to the gateway, which makes a session
 * for its user, and keeps its MCP session id while the backend behind it is replaced.
 *
 * @param template an offer that everybody may use
 */
record GatewayStory(KubernetesClient client, McpSessionTemplate template, Timeline timeline) {
  private static final String USER = "frank";
  private static final Duration SOON = Duration.ofSeconds(20);

  /**
   * Runs the story.
   *
   * @throws IOException if the gateway cannot listen
   * @throws IllegalStateException if something was not seen in time, or was not as expected
   */
  void tell() throws IOException {
    String name = template.getMetadata().getName();
    GatewayProcess gateway =
        GatewayProcess.start(
            client.getConfiguration(),
            GatewayConfig.defaults(),
            new GatewayOptions(
                Set.of(),
                loopback(),
                loopback(),
                Optional.empty(),
                Optional.of(USER),
                Duration.ZERO),
            with -> {
              throw new IllegalStateException("nobody configured sign-in");
            },
            InstantSource.system(),
            System::nanoTime,
            why -> timeline.add("gateway", why));
    try {
      timeline.add("apply", "McpSessionTemplate default/" + name + ", which everybody may use");
      client.resource(template).create();
      expect("the gateway is ready", SOON, () -> gateway.notReadyReason().isEmpty());
      connect(gateway, name);
    } finally {
      gateway.close();
    }
  }

  private void connect(GatewayProcess gateway, String name) {
    String address = "http://127.0.0.1:" + gateway.port();
    String endpoint = "/default/" + name + "/mcp";
    SdkConnections connections = new SdkConnections();
    McpSyncClient mcp =
        McpClient.sync(
                HttpClientStreamableHttpTransport.builder(address)
                    .clientBuilder(connections.builder())
                    .endpoint(endpoint)
                    .build())
            .requestTimeout(SOON)
            .initializationTimeout(SOON)
            .build();
    try (connections) {
      timeline.add("client", "connects to " + address + endpoint + ", an MCP client in Java");
      mcp.initialize();
      McpSession session = session(name);
      try (SessionWatch watch =
          new SessionWatch(client, session.getMetadata().getName(), timeline)) {
        expect("revision 1 serves", SOON, () -> watch.isServing(1));
        String first = whoami(mcp);
        timeline.add("apply", "McpSessionTemplate default/" + name + " with another image");
        changeImage();
        expect("revision 2 serves", SOON.multipliedBy(2), () -> watch.isServing(2));
        expect("the new backend answers", SOON, () -> !host(mcp).equals(first));
        whoami(mcp);
        List<McpConnection> ids = client.resources(McpConnection.class).list().getItems();
        check(ids.size() == 1, "the client has " + ids.size() + " session ids");
        timeline.add(
            "check",
            "one session id, two backends: McpConnection "
                + ids.getFirst().getMetadata().getName()
                + " leads to revision "
                + ids.getFirst().getStatus().revision());
      }
      mcp.closeGracefully();
    }
  }

  private McpSession session(String name) {
    List<McpSession> made =
        client.resources(McpSession.class).list().getItems().stream()
            .filter(it -> name.equals(it.getSpec().templateName()))
            .toList();
    check(made.size() == 1, "the gateway made " + made.size() + " sessions");
    return made.getFirst();
  }

  private String whoami(McpSyncClient mcp) {
    String host = host(mcp);
    timeline.add("client", "calls the tool whoami, which says " + host);
    return host;
  }

  /** The backend that answered. */
  private static String host(McpSyncClient mcp) {
    McpSchema.CallToolResult result =
        mcp.callTool(McpSchema.CallToolRequest.builder("whoami").arguments(Map.of()).build());
    return result.content().stream()
        .filter(McpSchema.TextContent.class::isInstance)
        .map(it -> ((McpSchema.TextContent) it).text())
        .flatMap(String::lines)
        .filter(line -> line.startsWith("host"))
        .collect(Collectors.joining(", "));
  }

  private void changeImage() {
    client
        .resource(template)
        .patch(
            PatchContext.of(PatchType.JSON),
            """
            [{"op": "replace", "path": "/spec/session/podTemplate/spec/containers/0/image",
              "value": "busybox:1.36"}]
            """);
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }
}

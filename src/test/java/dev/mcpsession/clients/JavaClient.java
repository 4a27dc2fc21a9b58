package dev.mcpsession.clients;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** The Java SDK, as a client that notes what it is told. It speaks the legacy era. */
public final class JavaClient implements AutoCloseable {
  private final McpSyncClient client;
  private final List<Double> progress = new CopyOnWriteArrayList<>();
  private final List<Integer> toolChanges = new CopyOnWriteArrayList<>();

  /** Does not connect yet. */
  public JavaClient(URI server) {
    this(server, Map.of());
  }

  /**
   * Does not connect yet.
   *
   * @param token that each request brings
   */
  public JavaClient(URI server, String token) {
    this(server, Map.of("Authorization", "Bearer " + token));
  }

  private JavaClient(URI server, Map<String, String> headers) {
    var transport =
        HttpClientStreamableHttpTransport.builder(server.resolve("/").toString())
            .endpoint(server.getPath())
            .addHttpRequestCustomizer(
                (request, method, uri, body, context) -> headers.forEach(request::setHeader))
            .build();
    client =
        McpClient.sync(transport)
            .requestTimeout(Duration.ofSeconds(30))
            .initializationTimeout(Duration.ofSeconds(30))
            .capabilities(McpSchema.ClientCapabilities.builder().elicitation().build())
            .elicitation(
                asked ->
                    McpSchema.ElicitResult.builder(McpSchema.ElicitResult.Action.ACCEPT)
                        .content(Map.of("username", "alice", "email", asked.message()))
                        .build())
            .progressConsumer(it -> progress.add(it.progress()))
            .toolsChangeConsumer(tools -> toolChanges.add(tools.size()))
            .build();
  }

  /** Returns the name of the server. */
  public String initialize() {
    return client.initialize().serverInfo().name();
  }

  /** How many tools there are. */
  public int tools() {
    return client.listTools().tools().size();
  }

  /** The text that a tool answers with. */
  public String call(String tool, Map<String, Object> arguments) {
    var result =
        client.callTool(
            McpSchema.CallToolRequest.builder(tool)
                .arguments(arguments)
                .progressToken(tool)
                .build());
    return result.content().getFirst() instanceof TextContent text ? text.text() : "";
  }

  /** What progress was reported. */
  public List<Double> progress() {
    return progress;
  }

  /** How often the server said that its tools changed. */
  public int toolChanges() {
    return toolChanges.size();
  }

  @Override
  public void close() {
    client.closeGracefully();
  }
}

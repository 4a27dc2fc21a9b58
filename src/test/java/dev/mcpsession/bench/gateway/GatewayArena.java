package dev.mcpsession.bench.gateway;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.bench.load.Arena;
import dev.mcpsession.replicas.McpHttp;
import dev.mcpsession.replicas.TokenSigner;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;

/** A gateway in front of a template whose Pods are simulated, and tokens for its users. */
public final class GatewayArena implements AutoCloseable {
  private static final String TEMPLATE = "bench";
  private static final String BASE = "http://localhost";

  private final Arena arena;
  private final TokenSigner issuer;
  private final GatewayJar gateway;

  private GatewayArena(Arena arena, TokenSigner issuer, GatewayJar gateway) {
    this.arena = arena;
    this.issuer = issuer;
    this.gateway = gateway;
  }

  /**
   * The operator must run in the arena.
   *
   * @param port of all backends
   */
  public static GatewayArena start(Arena arena, Path kubeconfig, int port) throws IOException {
    McpSessionTemplate template =
        Serialization.unmarshal(
            """
            apiVersion: mcpsession.dev/v1alpha1
            kind: McpSessionTemplate
            metadata: {name: %s}
            spec:
              access: {everyone: true}
              session:
                idleTimeoutSeconds: 0
                port: %d
                path: /mcp
                token: {serviceAccount: {name: default, audience: bench}}
                podTemplate:
                  spec:
                    nodeSelector: {type: fake}
                    tolerations: [{key: kwok.x-k8s.io/node, operator: Exists}]
                    containers:
                    - name: backend
                      image: registry.example/mcp:1
            """
                .formatted(TEMPLATE, port),
            McpSessionTemplate.class);
    arena.client().resource(template).inNamespace(arena.namespace()).createOr(it -> it.update());
    TokenSigner issuer = TokenSigner.start();
    String config =
        """
        baseUrl: %s
        issuers: [{issuer: "%s"}]
        allowHttpIssuers: true
        limits: {requestsPerUser: 1000, newSessionsBurst: 1000}
        """
            .formatted(BASE, issuer.issuer());
    return new GatewayArena(arena, issuer, GatewayJar.start(kubeconfig, arena.namespace(), config));
  }

  public ServerProcess process() {
    return gateway.process();
  }

  public int port() {
    return gateway.port();
  }

  /** The path that all users ask. */
  public String path() {
    return "/" + arena.namespace() + "/" + TEMPLATE + "/mcp";
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + gateway.port() + path());
  }

  /** Good for an hour. */
  public String token(String user) {
    return issuer.token(user, BASE + path());
  }

  /**
   * Initializes, which makes the user's session.
   *
   * @return the id of the MCP session
   */
  public String initialize(String user) throws IOException, InterruptedException {
    try (McpHttp client = new McpHttp(token(user))) {
      McpHttp.Answer answer = client.initialize(endpoint());
      return answer
          .sessionId()
          .orElseThrow(
              () ->
                  new IllegalStateException(
                      "initialize was answered " + answer.status() + ": " + answer.body()));
    }
  }

  /** The address and port of the only session's backend. */
  public String onlyBackend() {
    McpSession session =
        arena
            .client()
            .resources(McpSession.class)
            .inNamespace(arena.namespace())
            .list()
            .getItems()
            .getFirst();
    return URI.create(Objects.requireNonNull(session.getStatus().endpoint())).getAuthority();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    gateway.close();
    issuer.close();
  }
}

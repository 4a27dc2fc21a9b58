package dev.mcpsession.bench.signin;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.Names;
import dev.mcpsession.bench.gateway.GatewayJar;
import dev.mcpsession.bench.load.Arena;
import dev.mcpsession.browser.HttpPerson;
import dev.mcpsession.cluster.FreePort;
import dev.mcpsession.issuer.ForgejoIssuer;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * One replica of the gateway, where users sign in at a stand-in for Forgejo in this process. No
 * operator runs: nothing is renewed.
 */
public final class SignInGateway implements AutoCloseable {
  private static final String TEMPLATE = "bench";
  private static final String CLIENT_SECRET = "forgejo";

  private final ForgejoIssuer forgejo;
  private final GatewayJar gateway;
  private final HttpClient http;
  private final URI resource;
  private final Users users;

  private SignInGateway(Arena arena, Path kubeconfig, ForgejoIssuer forgejo, HttpClient http)
      throws IOException, InterruptedException {
    this.forgejo = forgejo;
    this.http = http;
    int port = FreePort.onLoopback();
    String base = "http://localhost:" + port;
    resource = URI.create("%s/%s/%s/mcp".formatted(base, arena.namespace(), TEMPLATE));
    forgejo.registerRedirectUri(base + "/oauth/callback");
    offer(arena);
    gateway =
        GatewayJar.start(
            kubeconfig,
            arena.namespace(),
            port,
            """
            baseUrl: %1$s
            allowHttpIssuers: true
            signIn: {issuer: "%1$s", namespace: %2$s, allowedEndpoints: ["%3$s"]}
            limits: {requestsPerUser: 1000}
            """
                .formatted(base, arena.namespace(), forgejo.url() + "/"));
    PublicClient client =
        new PublicClient(
            http,
            new PublicClient.Server(
                URI.create(base + "/oauth/authorize"),
                URI.create(base + "/oauth/token"),
                register(base),
                Map.of("resource", resource.toString())));
    users = new Users(client);
    awaitOffered(client);
  }

  /**
   * Returns when users can sign in.
   *
   * @param kubeconfig of the gateway
   * @param http of browsers and clients
   */
  public static SignInGateway start(Arena arena, Path kubeconfig, HttpClient http)
      throws IOException, InterruptedException {
    return new SignInGateway(arena, kubeconfig, ForgejoIssuer.start(), http);
  }

  private void offer(Arena arena) {
    arena
        .client()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(arena.namespace())
                .withName(CLIENT_SECRET)
                .addToLabels(Names.TOKEN_SOURCE_LABEL, "true")
                .endMetadata()
                .withStringData(
                    Map.of(
                        "client_id", forgejo.clientId(), "client_secret", forgejo.clientSecret()))
                .build())
        .create();
    McpSessionTemplate template =
        Serialization.unmarshal(
            """
            apiVersion: mcpsession.dev/v1alpha1
            kind: McpSessionTemplate
            metadata: {name: %s, namespace: %s}
            spec:
              access: {everyone: true}
              signIn:
                identity: Upstream
                authorizationEndpoint: "%s"
                userInfoEndpoint: "%s"
              session:
                token: {oauth2Refresh: {tokenEndpoint: "%s", clientSecretName: %s}}
                podTemplate: {spec: {containers: [{name: backend, image: "registry.example/mcp:1"}]}}
            """
                .formatted(
                    TEMPLATE,
                    arena.namespace(),
                    forgejo.authorizationEndpoint(),
                    forgejo.userInfoEndpoint(),
                    forgejo.tokenEndpoint(),
                    CLIENT_SECRET),
            McpSessionTemplate.class);
    arena.client().resource(template).create();
  }

  private String register(String base) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(base + "/oauth/register"))
                .header("Content-Type", "application/json")
                .POST(
                    BodyPublishers.ofString(
                        """
                        {"client_name": "Benchmark", "redirect_uris": ["%s"],
                         "token_endpoint_auth_method": "none"}
                        """
                            .formatted(PublicClient.REDIRECT_URI)))
                .build(),
            BodyHandlers.ofString());
    if (answer.statusCode() != 201) {
      throw new IllegalStateException("The client was not registered: " + answer.statusCode());
    }
    return new ObjectMapper().readTree(answer.body()).path("client_id").asText();
  }

  private static void awaitOffered(PublicClient client) {
    Awaitility.await("the gateway lets users sign in")
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptions()
        .until(
            () -> {
              try (HttpPerson browser = client.newBrowser()) {
                client.signIn(browser, "first");
                return true;
              }
            });
  }

  /** What it is measured with. */
  public List<Task> tasks() {
    return List.of(
        task("gateway: a user's first sign-in", worker -> users.signInNewcomer()),
        task("gateway: a sign-in of a user and browser that it knows", users::signInAgain),
        task("gateway: refresh", users::refresh),
        task("gateway: a request with an access token", this::ask));
  }

  private Task task(String name, Load.Work work) {
    return new Task(name, gateway.process(), true, work);
  }

  /** What is no JSON is refused once the token was judged, and begins no session. */
  private void ask(int worker) throws IOException, InterruptedException {
    int status =
        http.send(
                HttpRequest.newBuilder(resource)
                    .header("Authorization", "Bearer " + users.tokens(worker).access())
                    .header("Content-Type", "application/json")
                    .header("Accept", "application/json, text/event-stream")
                    .POST(BodyPublishers.ofString("{"))
                    .build(),
                BodyHandlers.discarding())
            .statusCode();
    if (status != 400) {
      throw new IllegalStateException("An accepted request of no JSON was answered " + status);
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    try (forgejo) {
      gateway.close();
    }
  }
}

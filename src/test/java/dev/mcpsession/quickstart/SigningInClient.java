package dev.mcpsession.quickstart;

import static dev.mcpsession.quickstart.Story.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mcpsession.browser.HttpPerson;
import dev.mcpsession.clients.PlainOAuthClient;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.customizer.McpHttpClientTransportAuthorizationErrorHandler;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A user's MCP client that knows one URL. It is the Java SDK, which brings no OAuth of its own but
 * calls a handler when it is refused: the handler signs the user in, and the SDK tries again.
 */
final class SigningInClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Pattern METADATA = Pattern.compile("resource_metadata=\"([^\"]+)\"");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI server;
  private final String user;
  private final Timeline timeline;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final SdkConnections connections = new SdkConnections();
  private final HttpPerson browser = new HttpPerson();
  private McpSyncClient mcp;
  private volatile Optional<PlainOAuthClient> oauth = Optional.empty();
  private volatile int signIns;

  /** Does not connect yet. */
  SigningInClient(URI server, String user, Timeline timeline) {
    this.server = server;
    this.user = user;
    this.timeline = timeline;
    mcp = newClient();
  }

  private McpSyncClient newClient() {
    return McpClient.sync(
            HttpClientStreamableHttpTransport.builder(server.resolve("/").toString())
                .clientBuilder(connections.builder())
                .endpoint(server.getPath())
                .addHttpRequestCustomizer(
                    (request, method, uri, body, context) ->
                        bearer().ifPresent(it -> request.setHeader("Authorization", it)))
                .authorizationErrorHandler(
                    McpHttpClientTransportAuthorizationErrorHandler.fromSync(
                        (request, answer, context) -> refused(answer)))
                .build())
        .requestTimeout(PATIENCE)
        .initializationTimeout(PATIENCE)
        .build();
  }

  private Optional<String> bearer() {
    return oauth.map(it -> "Bearer " + it.tokens().access());
  }

  /** Makes a session; the user is asked to sign in if need be. */
  void connect() {
    timeline.add("client", user + "'s connects to " + server + ", which is all that it knows");
    mcp.initialize();
  }

  /** As a client does whose MCP session has ended; the user signs in again if need be. */
  void reconnect() {
    timeline.add("client", user + "'s connects again, since its MCP session has ended");
    mcp.closeGracefully();
    mcp = newClient();
    mcp.initialize();
  }

  /** Calls the tool. */
  Backend whoami() {
    McpSchema.CallToolResult result =
        mcp.callTool(McpSchema.CallToolRequest.builder("whoami").arguments(Map.of()).build());
    check(
        result.structuredContent() instanceof Map<?, ?>,
        "whoami does not say who it is: " + result);
    JsonNode facts = JSON.valueToTree(result.structuredContent());
    return new Backend(facts.path("host").asText(), facts.path("tokenFingerprint").asText());
  }

  /**
   * Who answered.
   *
   * @param fingerprint of the token that it has: a part of a hash
   */
  record Backend(String host, String fingerprint) {}

  /** How often the user went through the browser. */
  int signIns() {
    return signIns;
  }

  /** Whether the gateway does not take the client's token any more. Asks for nothing else. */
  boolean isRefused() {
    HttpRequest.Builder request = request(server).GET();
    bearer().ifPresent(it -> request.setHeader("Authorization", it));
    return send(request).statusCode() == 401;
  }

  /** Of several requests that are refused at once, one signs in; the others find it done. */
  private synchronized boolean refused(HttpResponse.ResponseInfo answer) {
    String challenge = answer.headers().firstValue("WWW-Authenticate").orElse("");
    if (oauth.isPresent()) {
      PlainOAuthClient.Answer refresh = oauth.get().refresh();
      if (refresh.status() == 200) {
        return true;
      }
      timeline.add(
          "client",
          "%s's is refused: %d, %s; and so is its refresh token: %s"
              .formatted(user, answer.statusCode(), error(challenge), refresh.error()));
    }
    PlainOAuthClient client = new PlainOAuthClient(issuer(challenge), server.toString());
    client.register();
    timeline.add(
        "client",
        "is told to sign in at %s: registers itself there, and opens a browser"
            .formatted(issuer(challenge)));
    String back = browser.signIn(client.authorizationUrl(), user, PlainOAuthClient.REDIRECT_URI);
    timeline.add(
        user, "allows the client at the gateway, signs in at Forgejo, and is back with a code");
    check(client.exchange(back).status() == 200, "the code was not taken");
    timeline.add(
        "client", "exchanges the code for a token that is good at this URL alone, and tries again");
    oauth = Optional.of(client);
    signIns++;
    return true;
  }

  private static String error(String challenge) {
    return challenge.contains("error=\"invalid_token\"") ? "invalid_token" : "without an error";
  }

  /** Asks where the challenge says (RFC 9728), and there (RFC 8414). */
  private URI issuer(String challenge) {
    Matcher metadata = METADATA.matcher(challenge);
    check(metadata.find(), "the gateway does not say where to sign in: " + challenge);
    String named = json(metadata.group(1)).at("/authorization_servers/0").asText();
    String issuer = json(named + "/.well-known/oauth-authorization-server").path("issuer").asText();
    check(issuer.equals(named), named + " says that it is " + issuer);
    return URI.create(issuer);
  }

  private JsonNode json(String uri) {
    try {
      return JSON.readTree(send(request(URI.create(uri))).body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HttpRequest.Builder request(URI uri) {
    return HttpRequest.newBuilder(uri)
        .timeout(PATIENCE)
        .header("Accept", "application/json, text/event-stream")
        .header("Content-Type", "application/json");
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try (http;
        browser;
        connections) {
      mcp.closeGracefully();
    }
  }
}

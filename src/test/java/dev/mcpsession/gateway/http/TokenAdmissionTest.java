package dev.mcpsession.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.mcpsession.VirtualTime;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.McpSessionTemplateSpec;
import dev.mcpsession.api.McpSessionTemplateSpec.Access;
import dev.mcpsession.config.Authority;
import dev.mcpsession.fixture.McpBackend;
import dev.mcpsession.gateway.auth.Caller;
import dev.mcpsession.gateway.auth.IssuerSettings;
import dev.mcpsession.gateway.auth.JwtAuthenticator;
import dev.mcpsession.gateway.auth.ResourceMetadata;
import dev.mcpsession.gateway.auth.TokenDefect;
import dev.mcpsession.gateway.auth.TokenSettings;
import dev.mcpsession.gateway.http.ServerSettings.Limits;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.session.Sessions.Change;
import dev.mcpsession.replicas.McpHttp;
import dev.mcpsession.replicas.McpHttp.Answer;
import dev.mcpsession.replicas.TokenSigner;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole server with real tokens of an issuer: who is let in, and for how long. */
class TokenAdmissionTest {
  private static final McpResource RESOURCE = RunningGateway.RESOURCE;
  private static final String URL = "https://mcp.example/team/forgejo/mcp";
  private static final String METADATA =
      "Bearer resource_metadata=\"https://mcp.example/.well-known/oauth-protected-resource"
          + "/team/%s/mcp\"";
  private static final String SCOPE = ", scope=\"mcp\"";

  private static TokenSigner signer;
  private static McpBackend backend;
  private static HttpClient http;

  private final VirtualTime time = new VirtualTime();
  private final FakeSessions sessions = new FakeSessions();
  private final Records records = new Records();
  private final FakeActivity activity = new FakeActivity();
  private final Vertx vertx = Vertx.vertx(GatewayServer.vertxOptions());
  private final JwtAuthenticator authenticator;
  private final int port;

  TokenAdmissionTest() {
    IssuerSettings issuer = issuer(signer.issuer());
    IssuerSettings away = issuer("http://127.0.0.1:9/away");
    ResourceMetadata metadata = new ResourceMetadata("https://mcp.example", List.of(issuer, away));
    authenticator =
        new JwtAuthenticator(new TokenSettings(List.of(issuer, away), true), metadata, time, time);
    URI baseUrl = URI.create("https://mcp.example");
    GatewayServer server =
        new GatewayServer(
            vertx,
            new ServerSettings(
                "127.0.0.1",
                0,
                new Authority("127.0.0.1", 8080),
                baseUrl,
                new Guards(baseUrl, List.of(), List.of()),
                Limits.DEFAULT,
                Duration.ofSeconds(5)),
            new GatewayServer.Services(
                authenticator,
                metadata,
                Optional.empty(),
                sessions,
                new FakeConnections(),
                activity,
                records,
                RunningGateway.KEYS,
                time));
    port = server.start().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  private static IssuerSettings issuer(String issuer) {
    return new IssuerSettings(issuer, List.of(), null, "sub", "groups", List.of("mcp"), null);
  }

  @BeforeAll
  static void startOthers() throws IOException {
    signer = TokenSigner.start();
    backend = McpBackend.start("0.0.0.0", 0);
    http = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stopOthers() {
    http.shutdownNow();
    backend.close();
    signer.close();
  }

  @BeforeEach
  void start() {
    sessions.answer(RunningGateway.served(backend.endpoint(), 1));
    offer(new Access(false, List.of("alice"), null, null));
    authenticator.start();
    await().atMost(Duration.ofSeconds(20)).until(() -> authenticator.away().size() == 1);
  }

  @AfterEach
  void stop() {
    vertx.close().toCompletionStage().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    authenticator.close();
  }

  @Test
  void withoutATokenAKnownTemplateAndAnUnknownOneAreAnsweredAlike() throws Exception {
    Answer known = initialize(null, "forgejo");
    Answer unknown = initialize(null, "unknown");
    assertThat(known.status()).isEqualTo(401);
    assertThat(challenge(known)).isEqualTo(METADATA.formatted("forgejo") + SCOPE);
    assertThat(unknown.status()).isEqualTo(401);
    assertThat(challenge(unknown)).isEqualTo(METADATA.formatted("unknown") + SCOPE);
    assertThat(unknown.body()).isEqualTo(known.body());
    assertThat(headerNames(unknown)).isEqualTo(headerNames(known));
  }

  @Test
  void aTokenForAnotherResourceIsInvalidHere() throws Exception {
    Answer answer =
        initialize(token("alice", "mcp", "https://mcp.example/team/git/mcp"), "forgejo");
    assertThat(answer.status()).isEqualTo(401);
    assertThat(challenge(answer))
        .isEqualTo(
            METADATA.formatted("forgejo")
                + ", error=\"invalid_token\", error_description=\"the token is not for this"
                + " resource: its aud must have "
                + URL
                + "\""
                + SCOPE);
    assertThat(records.tokenDefects).containsExactly(TokenDefect.token_audience);
  }

  @Test
  void aUserWhoIsLeftOutIsToldThatThereIsNothingAndNothingOfScopes() throws Exception {
    offer(new Access(false, List.of("alice"), null, List.of("write")));
    Answer unknown =
        initialize(token("bob", "mcp", "https://mcp.example/team/unknown/mcp"), "unknown");
    for (String scopes : List.of("mcp write", "mcp", "")) {
      Answer leftOut = initialize(token("bob", scopes, URL), "forgejo");
      assertThat(leftOut.status()).isEqualTo(404);
      assertThat(leftOut.body()).isEqualTo(unknown.body());
      assertThat(headerNames(leftOut))
          .isEqualTo(headerNames(unknown))
          .doesNotContain("www-authenticate");
    }
    assertThat(sessions.demands).hasValue(0);
  }

  @Test
  void aMissingScopeIsForbiddenAndAllAreNamed() throws Exception {
    offer(new Access(false, List.of("alice"), null, List.of("write", "read")));
    Answer answer = initialize(token("alice", "read", URL), "forgejo");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(challenge(answer))
        .isEqualTo(
            METADATA.formatted("forgejo")
                + ", error=\"insufficient_scope\", error_description=\"the token lacks a scope\","
                + " scope=\"mcp read write\"");
    assertThat(initialize(token("alice", "read write mcp", URL), "forgejo").status())
        .isEqualTo(200);
  }

  @Test
  void aTokenOfAnIssuerThatNeverAnsweredIsToBeTriedAgain() throws Exception {
    String token =
        signer.sign(
            new JWTClaimsSet.Builder(claims("alice", "mcp", URL))
                .issuer("http://127.0.0.1:9/away")
                .build());
    Answer answer = initialize(token, "forgejo");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.http().headers().firstValue("Retry-After")).isPresent();
    assertThat(answer.http().headers().firstValue("WWW-Authenticate")).isEmpty();
  }

  @Test
  void theTokenOfAClientNeverReachesABackend() throws Exception {
    String token = token("alice", "mcp", URL);
    try (McpHttp client = new McpHttp(token)) {
      String id = client.initialize(endpoint("forgejo")).sessionId().orElseThrow();
      assertThat(client.call(endpoint("forgejo"), id, 1, "test_simple_text", "{}").status())
          .isEqualTo(200);
    }
    assertThat(backend.seen())
        .isNotEmpty()
        .noneMatch(seen -> seen.headers().containsKey("authorization"))
        .noneMatch(seen -> seen.toString().contains(token.substring(token.lastIndexOf('.'))));
  }

  @Test
  void aStreamEndsAtTheExpiryOfItsTokenAndTheLeeway() throws Exception {
    Instant expiry = time.instant().plusSeconds(300);
    OpenStream stream = openStream();
    time.pass(Duration.between(time.instant(), expiry).plus(Caller.LEEWAY));
    await()
        .during(Duration.ofMillis(1500))
        .atMost(Duration.ofSeconds(5))
        .until(() -> !stream.isOver());
    time.pass(Duration.ofMillis(1));
    await().atMost(Duration.ofSeconds(5)).until(stream::isOver);
    assertThat(initialize(signer.token("alice", URL, expiry), "forgejo").status()).isEqualTo(401);
  }

  @Test
  void whatAnswersARequestEndsAtTheExpiryAsWellAndSaysSo() throws Exception {
    OpenStream stream = openQuestion();
    time.pass(Duration.ofSeconds(361));
    await().atMost(Duration.ofSeconds(5)).until(stream::isOver);
    assertThat(stream.text()).contains("\"id\":7", "The token has expired");
  }

  @Test
  void streamsEndWhenAccessIsWithdrawn() throws Exception {
    OpenStream question = openQuestion();
    endsWithin10Seconds(() -> offer(new Access(false, List.of("bob"), null, null)));
    await().atMost(Duration.ofSeconds(10)).until(question::isOver);
    assertThat(question.text()).contains("\"id\":7", "You may not use this any more");
    await().untilAsserted(() -> assertThat(activity.present).hasValue(0));
    assertThat(initialize(token("alice", "mcp", URL), "forgejo").status()).isEqualTo(404);
  }

  @Test
  void streamsEndWhenAScopeIsRequiredThatTheirTokenLacks() throws Exception {
    endsWithin10Seconds(() -> offer(new Access(true, null, null, List.of("write"))));
    assertThat(initialize(token("alice", "mcp", URL), "forgejo").status()).isEqualTo(403);
  }

  @Test
  void streamsEndWhenTheTemplateIsDeleted() throws Exception {
    endsWithin10Seconds(
        () -> {
          sessions.template(RESOURCE, null);
          sessions.tell(new Change.TemplateChanged());
        });
    assertThat(initialize(token("alice", "mcp", URL), "forgejo").status()).isEqualTo(404);
  }

  private void endsWithin10Seconds(Runnable change) throws Exception {
    OpenStream events = openStream();
    change.run();
    await().atMost(Duration.ofSeconds(10)).until(events::isOver);
  }

  /** A stream of events whose head has come. */
  private record OpenStream(StringWriter read, CompletableFuture<Void> end) {
    String text() {
      return read.toString();
    }

    boolean isOver() {
      return end.isDone();
    }
  }

  /** The GET stream of a new MCP session. */
  private OpenStream openStream() throws Exception {
    String token = token("alice", "mcp", URL);
    String id = initialize(token, "forgejo").sessionId().orElseThrow();
    return open(token, id, HttpRequest.Builder::GET);
  }

  /** The answer to a call, which waits for a user's answer that never comes. */
  private OpenStream openQuestion() throws Exception {
    String token = token("alice", "mcp", URL);
    String id;
    try (McpHttp client = new McpHttp(token)) {
      id =
          client
              .post(
                  endpoint("forgejo"),
                  null,
                  """
                  {"jsonrpc":"2.0","id":0,"method":"initialize","params":{
                   "protocolVersion":"2025-11-25","capabilities":{"elicitation":{}},
                   "clientInfo":{"name":"test","version":"1"}}}
                  """)
              .sessionId()
              .orElseThrow();
    }
    String call =
        """
        {"jsonrpc":"2.0","id":7,"method":"tools/call","params":
         {"name":"test_elicitation","arguments":{"message":"?"}}}
        """;
    OpenStream stream =
        open(
            token,
            id,
            request ->
                request
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(call)));
    await().until(() -> stream.text().contains("elicitation/create"));
    return stream;
  }

  private OpenStream open(String token, String id, Consumer<HttpRequest.Builder> method)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(endpoint("forgejo"))
            .header("Authorization", "Bearer " + token)
            .header("Accept", "application/json, text/event-stream")
            .header("MCP-Protocol-Version", "2025-11-25")
            .header("Mcp-Session-Id", id);
    method.accept(request);
    HttpResponse<InputStream> answer =
        http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    StringWriter text = new StringWriter();
    CompletableFuture<Void> end =
        CompletableFuture.runAsync(
            () -> {
              try (Reader reader = new InputStreamReader(answer.body(), UTF_8)) {
                for (int next = reader.read(); next >= 0; next = reader.read()) {
                  text.write(next);
                }
              } catch (IOException e) {
                text.write("broken: " + e);
              }
            },
            task -> Thread.ofVirtual().start(task));
    return new OpenStream(text, end);
  }

  /** The template is offered on these terms from now on. */
  private void offer(Access access) {
    McpSessionTemplate template = RunningGateway.template(true);
    McpSessionTemplateSpec spec = template.getSpec();
    template.setSpec(
        new McpSessionTemplateSpec(
            spec.description(),
            access,
            spec.activity(),
            spec.onDisconnect(),
            spec.disconnectGraceSeconds(),
            spec.connectionsPerSession(),
            spec.session(),
            spec.signIn()));
    sessions.template(RESOURCE, template);
    sessions.tell(new Change.TemplateChanged());
  }

  private Answer initialize(String token, String template) throws Exception {
    try (McpHttp client = new McpHttp(token)) {
      return client.initialize(endpoint(template));
    }
  }

  private URI endpoint(String template) {
    return URI.create("http://127.0.0.1:" + port + "/team/" + template + "/mcp");
  }

  private String token(String user, String scopes, String audience) {
    return signer.sign(claims(user, scopes, audience));
  }

  private JWTClaimsSet claims(String user, String scopes, String audience) {
    return new JWTClaimsSet.Builder()
        .issuer(signer.issuer())
        .subject(user)
        .audience(audience)
        .claim("scope", scopes)
        .expirationTime(Date.from(time.instant().plusSeconds(300)))
        .build();
  }

  private static String challenge(Answer answer) {
    return answer.http().headers().firstValue("WWW-Authenticate").orElseThrow();
  }

  private static Set<String> headerNames(Answer answer) {
    return answer.http().headers().map().keySet().stream().collect(Collectors.toSet());
  }
}

package dev.mcpsession.gateway.http;

import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.McpSessionTemplateSpec;
import dev.mcpsession.api.PodTemplate;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.config.Authority;
import dev.mcpsession.config.WebOrigin;
import dev.mcpsession.gateway.auth.Authentication;
import dev.mcpsession.gateway.auth.Authentication.Authenticated;
import dev.mcpsession.gateway.auth.Authenticator;
import dev.mcpsession.gateway.auth.Caller;
import dev.mcpsession.gateway.auth.ResourceMetadata;
import dev.mcpsession.gateway.auth.TokenDefect;
import dev.mcpsession.gateway.connection.SessionKeys;
import dev.mcpsession.gateway.http.ServerSettings.Limits;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.route.MessageAuthentication;
import dev.mcpsession.gateway.route.User;
import dev.mcpsession.gateway.session.Backend;
import dev.mcpsession.gateway.session.Demand;
import dev.mcpsession.gateway.session.Sessions.Change;
import dev.mcpsession.gateway.site.Site;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The gateway's server in this process, with everything behind it as a test sets it. */
public final class RunningGateway implements AutoCloseable {
  static final McpResource RESOURCE = new McpResource("team", "forgejo");
  static final SessionKey SESSION = new SessionKey("team", "forgejo-alice", "uid-1");

  /** Streams have heartbeats, and follow their sessions, soon. */
  static final Pace FAST =
      new Pace(
          Duration.ofSeconds(25),
          Duration.ofSeconds(5),
          Duration.ofMillis(600),
          Duration.ofMillis(500),
          Duration.ofSeconds(60),
          Duration.ofSeconds(1));

  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  static final MessageAuthentication KEYS =
      SessionKeys.generated(new SecureRandom()); // of all replicas

  final FakeSessions sessions = new FakeSessions();
  final FakeConnections connections;
  final FakeActivity activity = new FakeActivity();
  final Records records = new Records();
  final GatewayServer server;
  volatile Instant now = START;

  /** Of tokens from now on; the user's name is the token. */
  volatile Instant tokenExpiry = Caller.NEVER;

  private final Vertx vertx = NativeTransport.vertx(GatewayServer.vertxOptions());
  private final int port;

  RunningGateway(Limits limits) {
    this(limits, Pace.DEFAULT);
  }

  RunningGateway(Limits limits, Pace pace) {
    this(limits, pace, new FakeConnections());
  }

  /**
   * One of several replicas.
   *
   * @param connections that all of them see
   */
  RunningGateway(Limits limits, Pace pace, FakeConnections connections) {
    this(limits, pace, connections, Optional.empty(), Optional.empty());
  }

  /** One that serves a site beside MCP, and lets in whom the site has given tokens. */
  public static RunningGateway serving(Site site, Authenticator authenticator) {
    return new RunningGateway(
        Limits.DEFAULT,
        Pace.DEFAULT,
        new FakeConnections(),
        Optional.of(site),
        Optional.of(authenticator));
  }

  private RunningGateway(
      Limits limits,
      Pace pace,
      FakeConnections connections,
      Optional<Site> site,
      Optional<Authenticator> authenticator) {
    this.connections = connections;
    port = freePort();
    URI baseUrl = URI.create("https://mcp.example");
    server =
        new GatewayServer(
            vertx,
            new ServerSettings(
                "127.0.0.1",
                port,
                new Authority("127.0.0.1", port),
                baseUrl,
                new Guards(
                    baseUrl,
                    List.of(),
                    List.of(WebOrigin.of(URI.create("https://inspector.example")))),
                limits,
                Duration.ofSeconds(5)),
            new GatewayServer.Services(
                authenticator.orElseGet(this::authenticator),
                new ResourceMetadata("https://mcp.example", List.of()),
                site,
                sessions,
                connections,
                activity,
                records,
                KEYS,
                () -> now),
            pace);
    sessions.template(RESOURCE, template(true));
    server.start().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Authenticator authenticator() {
    return (authorization, resource) ->
        authorization == null
            ? CompletableFuture.completedStage(new Authentication.Missing())
            : CompletableFuture.supplyAsync(() -> judge(authorization)); // on another thread
  }

  private Authentication judge(String authorization) {
    String token = authorization.replace("Bearer ", "");
    return token.equals("bad")
        ? new Authentication.Rejected(TokenDefect.token_malformed, "it is bad")
        : new Authenticated(
            new Caller(
                new User(new Owner("https://sso.example", token), token),
                Set.of(),
                Set.of(),
                Set.of(),
                tokenExpiry));
  }

  static McpSessionTemplate template(boolean everyone) {
    McpSessionTemplate template = new McpSessionTemplate();
    template.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(RESOURCE.namespace())
            .withName(RESOURCE.template())
            .build());
    template.setSpec(
        new McpSessionTemplateSpec(
            null,
            new McpSessionTemplateSpec.Access(everyone, null, null, null),
            null,
            null,
            null,
            null,
            new McpSessionTemplateSpec.Session(
                null,
                null,
                null,
                null,
                40,
                null,
                null,
                null,
                null,
                null,
                null,
                new PodTemplate(null, new PodSpec()),
                null),
            null));
    return template;
  }

  static Demand served(URI endpoint, int revision) {
    return new Demand.Served(backend(endpoint, revision));
  }

  static Backend backend(URI endpoint, int revision) {
    return new Backend(
        SESSION, revision, endpoint, START, Duration.ofMinutes(2), Duration.ofHours(1));
  }

  /** Requests go to this backend from now on. */
  RunningGateway serve(URI endpoint) {
    return serve(endpoint, 1);
  }

  RunningGateway serve(URI endpoint, int revision) {
    sessions.answer(served(endpoint, revision));
    return this;
  }

  /** The same, and streams learn of it. */
  void promote(URI endpoint, int revision) {
    serve(endpoint, revision);
    sessions.tell(new Change.Serving(backend(endpoint, revision)));
  }

  public int port() {
    return port;
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + port + RESOURCE.path());
  }

  RawClient connect() {
    return new RawClient(port);
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }
}

package dev.mcpsession.quickstart;

import static dev.mcpsession.quickstart.Story.check;
import static dev.mcpsession.quickstart.Story.expect;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.Names;
import dev.mcpsession.config.GatewayConfig;
import dev.mcpsession.config.InvalidConfigException;
import dev.mcpsession.config.IssuerProxies;
import dev.mcpsession.embedded.LoopbackAddresses;
import dev.mcpsession.fixture.UpstreamToken;
import dev.mcpsession.gateway.GatewayOptions;
import dev.mcpsession.gateway.GatewayProcess;
import dev.mcpsession.issuer.ForgejoIssuer;
import dev.mcpsession.quickstart.SigningInClient.Backend;
import dev.mcpsession.signin.GatewaySignIn;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Users who know the URL of an MCP server and have an account at its upstream: each signs in there
 * once, and gets a Pod with a token of their own. One takes the grant back, and signs in again.
 *
 * @param forgejo a stand-in for the upstream, whose tokens the operator may renew
 * @param podPort where backends listen
 */
record SignInStory(KubernetesClient client, ForgejoIssuer forgejo, int podPort, Timeline timeline) {
  private static final String TEMPLATE = "forgejo";
  private static final String CLIENT_SECRET = "forgejo-client";
  private static final String FIRST = "grace";
  private static final String SECOND = "heidi";
  private static final int PREFERRED_PORT = 8081;
  private static final Duration SOON = Duration.ofSeconds(20);

  /** Of the first tokens: short, so that the operator soon sees that a grant was taken back. */
  private static final Duration SHORT = Duration.ofSeconds(9);

  private static final Duration LONG = Duration.ofHours(1);

  /**
   * Runs the story.
   *
   * @throws IOException if the gateway cannot listen
   * @throws IllegalStateException if something was not seen in time, or was not as expected
   */
  void tell() throws IOException {
    int port = LoopbackAddresses.freePort(PREFERRED_PORT);
    String base = "http://localhost:" + port;
    forgejo.registerRedirectUri(base + "/oauth/callback");
    forgejo.accessTokenLifespan(SHORT);
    GatewayProcess gateway =
        GatewayProcess.start(
            client.getConfiguration(),
            config(base),
            new GatewayOptions(
                Set.of(),
                loopback(port),
                loopback(0),
                Optional.empty(),
                Optional.empty(),
                Duration.ZERO),
            with -> GatewaySignIn.create(with, IssuerProxies.none()),
            InstantSource.system(),
            System::nanoTime,
            why -> timeline.add("gateway", why));
    try {
      timeline.add(
          "apply",
          "McpSessionTemplate default/%s, for whoever has an account at %s, a stand-in"
              .formatted(TEMPLATE, forgejo.url()));
      timeline.add(
          "",
          "for Forgejo; its tokens are good for %d s at first, so that all this can be seen"
              .formatted(SHORT.toSeconds()));
      client.resource(clientSecret()).create();
      client.resource(template()).create();
      expect("the gateway is ready", SOON, () -> gateway.notReadyReason().isEmpty());
      signIn(URI.create(base + "/default/" + TEMPLATE + "/mcp"));
    } finally {
      gateway.close();
    }
  }

  private void signIn(URI server) {
    try (SigningInClient one = new SigningInClient(server, FIRST, timeline);
        SigningInClient two = new SigningInClient(server, SECOND, timeline)) {
      Backend before = connected(one, FIRST);
      Backend others = connected(two, SECOND);
      check(!before.host().equals(others.host()), "both users have the same Pod");
      check(!before.fingerprint().equals(others.fingerprint()), "both users have the same token");
      timeline.add("check", "two users, two Pods, two tokens; each signed in once");
      lose(one);
      one.reconnect();
      Backend after = answered(one, FIRST);
      check(one.signIns() == 2, "%s signed in %d times".formatted(FIRST, one.signIns()));
      check(!after.fingerprint().equals(before.fingerprint()), "it has the token from before");
      check(two.signIns() == 1, SECOND + " had to sign in again");
      timeline.add(
          "check",
          "%s has signed in again, and has another token; %s noticed nothing"
              .formatted(FIRST, SECOND));
    }
  }

  private Backend connected(SigningInClient mcp, String user) {
    mcp.connect();
    timeline.add(
        "gateway",
        "keeps two Secrets: %s... with hashes of the client's tokens,"
            .formatted(newest(Names.SIGN_IN_LABEL).substring(0, 16)));
    timeline.add(
        "",
        "%s with the grant, which the operator renews".formatted(newest(Names.TOKEN_SOURCE_LABEL)));
    return answered(mcp, user);
  }

  /** The tool's answer, which must come from a backend with the user's own token. */
  private Backend answered(SigningInClient mcp, String user) {
    Backend backend = mcp.whoami();
    List<String> fingerprints =
        forgejo.secrets().stream()
            .filter(token -> forgejo.userOf(token).equals(user))
            .map(UpstreamToken::fingerprint)
            .toList();
    check(
        fingerprints.contains(backend.fingerprint()),
        "the token %s of %s's backend is none of %s"
            .formatted(backend.fingerprint(), user, fingerprints));
    timeline.add("client", "calls the tool whoami, which says host: " + backend.host());
    timeline.add(
        "check",
        "that Pod's token, with a hash of %s..., is one that Forgejo gave to %s"
            .formatted(backend.fingerprint(), user));
    return backend;
  }

  /** The user takes the grant back, as on Forgejo's own page. */
  private void lose(SigningInClient mcp) {
    try (SessionWatch watch = new SessionWatch(client, sessionOf(FIRST), timeline)) {
      forgejo.endGrants(FIRST);
      timeline.add(FIRST, "takes the grant back at Forgejo, of which nobody is told");
      // Those from before are of no use: a renewal would give another short one.
      forgejo.accessTokenLifespan(LONG);
      expect("the session is evicted", SOON, () -> watch.seen("session gone").isPresent());
      expect("an Event says why", SOON, () -> watch.seen("Event Evicted").isPresent());
      expect("the sign-in has ended", SOON, mcp::isRefused);
    }
  }

  private String sessionOf(String user) {
    return client.resources(McpSession.class).list().getItems().stream()
        .filter(it -> TEMPLATE.equals(it.getSpec().templateName()))
        .filter(it -> user.equals(it.getSpec().user()))
        .map(it -> it.getMetadata().getName())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(user + " has no session"));
  }

  private String newest(String label) {
    return client.secrets().withLabel(label, "true").list().getItems().stream()
        .map(Secret::getMetadata)
        .max(Comparator.comparingLong(it -> Long.parseLong(it.getResourceVersion())))
        .orElseThrow()
        .getName();
  }

  private GatewayConfig config(String base) {
    try {
      return GatewayConfig.parse(
          """
          baseUrl: %1$s
          allowHttpIssuers: true
          signIn: {issuer: "%1$s", namespace: default, allowedEndpoints: ["%2$s/"]}
          """
              .formatted(base, forgejo.url()));
    } catch (InvalidConfigException e) {
      throw new IllegalStateException(e);
    }
  }

  private McpSessionTemplate template() {
    return client
        .getKubernetesSerialization()
        .unmarshal(
            """
            apiVersion: mcpsession.dev/v1alpha1
            kind: McpSessionTemplate
            metadata: {name: %s}
            spec:
              access: {everyone: true}
              signIn:
                identity: Upstream
                authorizationEndpoint: %s
                userInfoEndpoint: %s
              session:
                port: %d
                drainSeconds: 1
                token: {oauth2Refresh: {tokenEndpoint: "%s", clientSecretName: %s}}
                podTemplate: {spec: {containers: [{name: backend, image: "busybox:1.35"}]}}
            """
                .formatted(
                    TEMPLATE,
                    forgejo.authorizationEndpoint(),
                    forgejo.userInfoEndpoint(),
                    podPort,
                    forgejo.tokenEndpoint(),
                    CLIENT_SECRET),
            McpSessionTemplate.class);
  }

  /** As the administrator got it when they registered the gateway at Forgejo. */
  private Secret clientSecret() {
    return new SecretBuilder()
        .withNewMetadata()
        .withName(CLIENT_SECRET)
        .addToLabels(Names.TOKEN_SOURCE_LABEL, "true")
        .endMetadata()
        .addToData("client_id", base64(forgejo.clientId()))
        .addToData("client_secret", base64(forgejo.clientSecret()))
        .build();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }
}

package dev.mcpsession.replicas;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.McpSessionTemplateSpec.SignIn.Identity;
import dev.mcpsession.api.Names;
import dev.mcpsession.browser.HttpPerson;
import dev.mcpsession.clients.PlainOAuthClient;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.fixture.FixturePod;
import dev.mcpsession.fixture.UpstreamToken;
import dev.mcpsession.issuer.ForgejoIssuer;
import dev.mcpsession.replicas.GatewayReplicas.Replica;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The operator and two replicas of the gateway behind a load balancer, where users sign in at a
 * stand-in for Forgejo and get MCP servers in real Pods that have their own token of it.
 */
public final class SignInInstallation implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final String CLIENT_SECRET = "forgejo";

  private final Cluster cluster;
  private final String namespace;
  private final ForgejoIssuer forgejo = ForgejoIssuer.start();
  private final Spreader spreader;
  private final GatewayReplicas replicas;

  /**
   * What is not the same in all tests.
   *
   * @param kubeconfig of the processes
   * @param environment of the processes
   * @param signIn more of the gateway's {@code signIn}, in YAML's flow style with a comma behind
   *     it; empty: nothing
   */
  public record Options(Path kubeconfig, Map<String, String> environment, String signIn) {}

  private SignInInstallation(Cluster cluster, Options options) throws IOException {
    this.cluster = cluster;
    namespace = cluster.newNamespace();
    spreader = new Spreader();
    forgejo.registerRedirectUri(base() + "/oauth/callback");
    createClientSecret();
    replicas =
        GatewayReplicas.start(
            new GatewayReplicas.Setup(
                options.kubeconfig(),
                """
                baseUrl: %1$s
                allowHttpIssuers: true
                signIn: {issuer: "%1$s", namespace: %2$s, allowedEndpoints: ["%3$s"], %4$s
                  clients: {allowPrivateDocuments: true}}
                """
                    .formatted(base(), namespace, forgejo.url() + "/", options.signIn()),
                """
                tokenEndpoints: {allowed: ["%s"], allowHttp: true}
                """
                    .formatted(forgejo.tokenEndpoint()),
                List.of(),
                options.environment()),
            namespace,
            2);
    serveByAll();
  }

  /** Returns when all are ready. */
  public static SignInInstallation start(Cluster cluster) throws IOException {
    return start(cluster, new Options(cluster.kubeconfig(), Map.of(), ""));
  }

  /** Returns when all are ready. */
  public static SignInInstallation start(Cluster cluster, Options options) throws IOException {
    return new SignInInstallation(cluster, options);
  }

  private void createClientSecret() {
    cluster
        .client()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(CLIENT_SECRET)
                .addToLabels(Names.TOKEN_SOURCE_LABEL, "true")
                .endMetadata()
                .withStringData(
                    Map.of(
                        "client_id", forgejo.clientId(), "client_secret", forgejo.clientSecret()))
                .build())
        .create();
  }

  /**
   * Offers the fixture to everybody with an account at the stand-in. Returns when all replicas
   * know.
   *
   * @param fields more of the template's {@code session}, in YAML's flow style with a comma behind
   *     it; empty: nothing
   */
  public void offer(String template, String fields) {
    offer(template, Identity.Upstream, fields);
  }

  /**
   * As {@link #offer(String, String)}.
   *
   * @param identity where users have to have an account as well
   */
  public void offer(String template, Identity identity, String fields) {
    McpSessionTemplate made =
        Serialization.unmarshal(
            """
            apiVersion: mcpsession.dev/v1alpha1
            kind: McpSessionTemplate
            metadata: {name: %s, namespace: %s}
            spec:
              access: {everyone: true}
              signIn:
                identity: %s
                authorizationEndpoint: "%s"
                userInfoEndpoint: "%s"
              session: {%s
                token: {oauth2Refresh: {tokenEndpoint: "%s", clientSecretName: %s}},
                podTemplate: {spec: %s}}
            """
                .formatted(
                    template,
                    namespace,
                    identity,
                    forgejo.authorizationEndpoint(),
                    forgejo.userInfoEndpoint(),
                    fields,
                    forgejo.tokenEndpoint(),
                    CLIENT_SECRET,
                    Serialization.asJson(FixturePod.spec())),
            McpSessionTemplate.class);
    cluster.client().resource(made).create();
    replicas.running().forEach(replica -> awaitOffered(replica, template));
  }

  /** Waits until a replica asks users for their consent to what they get there. */
  private void awaitOffered(Replica replica, String template) {
    PlainOAuthClient client = client(replica, template);
    client.register();
    try (HttpPerson person = new HttpPerson()) {
      await("the gateway lets users sign in for " + template)
          .atMost(START)
          .until(
              () -> {
                person.open(client.authorizationUrl());
                return person.hasButton("Allow");
              });
    }
  }

  /** Where people sign in. */
  public ForgejoIssuer forgejo() {
    return forgejo;
  }

  /** The processes. */
  public GatewayReplicas replicas() {
    return replicas;
  }

  /** Of templates, sessions, sign-ins, and all. */
  public String namespace() {
    return namespace;
  }

  /** The load balancer's URL, which all of the gateway's answers name. */
  public String base() {
    return "http://localhost:" + spreader.port();
  }

  /** What a client is told of a template: nothing but this. */
  public URI endpoint(String template) {
    return URI.create("%s/%s/%s/mcp".formatted(base(), namespace, template));
  }

  /** A client that goes by the load balancer. */
  public PlainOAuthClient client(String template) {
    return new PlainOAuthClient(URI.create(base()), endpoint(template).toString());
  }

  /** A client that speaks with one replica. */
  public PlainOAuthClient client(Replica replica, String template) {
    return new PlainOAuthClient(replica.base(), endpoint(template).toString());
  }

  /** The load balancer sends to all replicas from now on. */
  public void serveByAll() {
    spreader.sendTo(() -> replicas.running().stream().map(Replica::port).toList());
  }

  /**
   * The load balancer sends to one replica only from now on; a connection that is open stays so.
   */
  public void serveBy(Replica replica) {
    spreader.sendTo(() -> List.of(replica.port()));
  }

  /** Whether a tool's answer of the fixture's {@code upstream_token} is a good token of a user. */
  public boolean isTokenOf(String user, JsonNode token) {
    return fingerprints(user).contains(token.path("fingerprint").asText());
  }

  private Set<String> fingerprints(String user) {
    return forgejo.secrets().stream()
        .filter(token -> forgejo.userOf(token).equals(user))
        .map(UpstreamToken::fingerprint)
        .collect(Collectors.toSet());
  }

  /** The sessions of all users. */
  public List<McpSession> sessions() {
    return cluster.client().resources(McpSession.class).inNamespace(namespace).list().getItems();
  }

  /** What was said of sessions that were evicted. */
  public List<String> evictions() {
    return cluster.client().v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(event -> "Evicted".equals(event.getReason()))
        .map(Event::getMessage)
        .toList();
  }

  /** Names of the sign-ins' Secrets. */
  public List<String> signIns() {
    return cluster
        .client()
        .secrets()
        .inNamespace(namespace)
        .withLabel("mcpsession.dev/sign-in", "true")
        .list()
        .getItems()
        .stream()
        .map(secret -> secret.getMetadata().getName())
        .toList();
  }

  @Override
  public void close() throws IOException {
    try (spreader;
        forgejo) {
      replicas.close();
    }
  }
}

package dev.mcpsession.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mcpsession.api.McpConnection;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.GuideCommand;
import dev.mcpsession.cluster.MergePatch;
import dev.mcpsession.cluster.OperatorImage;
import dev.mcpsession.cluster.TcpProxy;
import dev.mcpsession.replicas.McpHttp;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** The gateway as the chart installs it, with the cluster itself as the issuer of tokens. */
@ClusterTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GatewayIT {
  private static final Path SAMPLE = Path.of("config/samples/gateway.yaml");
  private static final String BASE_URL = "https://mcp.example";

  private final Cluster cluster;
  private final KubernetesClient client;
  private String sessions;
  private Release release;
  private TcpProxy service;
  private HasMetadata readableKeys;
  private String firstSignInKeys;

  GatewayIT(Cluster cluster) {
    this.cluster = cluster;
    this.client = cluster.client();
  }

  @BeforeAll
  void install() throws IOException {
    OperatorImage.onNode();
    sessions = cluster.newNamespace();
    readableKeys =
        client
            .resource(
                new ClusterRoleBindingBuilder()
                    .withNewMetadata()
                    .withGenerateName("oidc-discovery-")
                    .endMetadata()
                    .withNewRoleRef(
                        "rbac.authorization.k8s.io",
                        "ClusterRole",
                        "system:service-account-issuer-discovery")
                    .addNewSubject(
                        "rbac.authorization.k8s.io", "Group", "system:unauthenticated", null)
                    .build())
            .create();
    client
        .resource(Serialization.unmarshal(Files.readString(SAMPLE), McpSessionTemplate.class))
        .inNamespace(sessions)
        .create();
    release = Release.in(cluster);
    release.install(values(""));
    firstSignInKeys = signInKeys();
    service =
        new TcpProxy(
            new InetSocketAddress(
                client
                    .services()
                    .inNamespace(release.namespace())
                    .withName(release.fullName() + "-gateway")
                    .get()
                    .getSpec()
                    .getClusterIP(),
                80));
  }

  @AfterAll
  void uninstall() throws IOException {
    if (service != null) {
      service.close();
    }
    if (release != null) {
      release.close();
    }
    if (readableKeys != null) {
      client.resource(readableKeys).delete();
    }
  }

  @Test
  @Order(1)
  void aUserOfTheSampleKeepsTheirSessionIdThroughAnUpgrade() throws Exception {
    URI endpoint = endpoint();
    try (McpHttp user = new McpHttp(token())) {
      await("the Service leads to it")
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions()
          .until(() -> user.post(endpoint, "no-id", "{}").status() == 404); // its token was judged
      McpHttp.Answer begun = user.initialize(endpoint);
      assertThat(begun.status()).as(begun.body()).isEqualTo(200);
      String id = begun.sessionId().orElseThrow();
      String session = onlySession();
      assertThat(user.call(endpoint, id, 1, "whoami", "{}").message())
          .contains("You are served by " + session + "-1");
      Secret keys = keys();

      release.upgrade(values("    limits: {requestsPerUser: 65}\n"));

      assertThat(user.call(endpoint, id, 2, "whoami", "{}").message())
          .contains("You are served by " + session + "-1");
      assertThat(onlySession()).isEqualTo(session);
      assertThat(keys().getData()).isEqualTo(keys.getData());
      assertThat(keys().getMetadata().getUid()).isEqualTo(keys.getMetadata().getUid());
      assertThat(client.resources(McpConnection.class).inNamespace(sessions).list().getItems())
          .hasSize(1);
    }
  }

  @Test
  @Order(2)
  void whoHasNoTokenLearnsWhereToGetOne() throws Exception {
    try (McpHttp stranger = new McpHttp(null)) {
      McpHttp.Answer answer = stranger.initialize(endpoint());
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.http().headers().firstValue("WWW-Authenticate").orElseThrow())
          .contains(BASE_URL + "/.well-known/oauth-protected-resource/" + sessions + "/hello/mcp");
    }
  }

  @Test
  @Order(3)
  void itsAccountMayMakeSessionsOfTemplatesAndNothingElse() {
    try (KubernetesClient gateway = asGateway()) {
      assertThatThrownBy(
              () ->
                  gateway
                      .resource(
                          CreateAttempt.session(
                              "mine",
                              "",
                              "user: alice, owner: {issuer: i, subject: s}, podTemplate: {spec:"
                                  + " {containers: [{name: a, image: b}]}}"))
                      .inNamespace(sessions)
                      .create())
          .hasMessageContaining("spec.podTemplate: system:serviceaccount:")
          .hasMessageContaining("may set only templateRef, user, owner and grantSecretName");
      assertThat(
              gateway
                  .resource(
                      CreateAttempt.session(
                          "theirs", "", CreateAttempt.SPEC.replace("forgejo", "hello")))
                  .inNamespace(sessions)
                  .dryRun(true)
                  .create())
          .isNotNull();
      assertThatThrownBy(
              () ->
                  MergePatch.apply(
                      gateway
                          .resources(McpSession.class)
                          .inNamespace(sessions)
                          .withName(onlySession()),
                      "{spec: {suspend: true}}"))
          .hasMessageContaining("spec: system:serviceaccount:")
          .hasMessageContaining("may change only the annotations");
      assertThatThrownBy(() -> gateway.pods().inNamespace(sessions).list())
          .hasMessageContaining("cannot list resource \"pods\"");
      assertThatThrownBy(() -> gateway.secrets().inNamespace(sessions).list())
          .hasMessageContaining("cannot list resource \"secrets\"");
    }
  }

  @Test
  @Order(4)
  void usersMaySignInAtIt() throws Exception {
    for (String path : List.of("oauth-authorization-server", "openid-configuration")) {
      assertThat(new ObjectMapper().readTree(get("/.well-known/" + path)).path("issuer").asText())
          .isEqualTo(BASE_URL);
    }
    assertThat(get("/oauth/jwks")).contains("\"P-256\"").doesNotContain("\"d\"");
    assertThat(get("/account")).contains("Sign in to your account");
  }

  @Test
  @Order(5)
  void theKeysOfSignInOutliveUpgradesARotationAndTheRelease() throws Exception {
    assertThat(signInKeys()).as("after an upgrade").isEqualTo(firstSignInKeys);

    assertThat(new GuideCommand(cluster).run(rotation())).contains("Added keys");

    String rotated = signInKeys();
    assertThat(keysIn(rotated)).hasSize(4).containsAll(keysIn(firstSignInKeys));

    release.upgrade(values("", "{}"));

    assertThat(signInKeys()).as("after users may not sign in any more").isEqualTo(rotated);
    try (KubernetesClient gateway = asGateway()) {
      assertThatThrownBy(() -> gateway.secrets().inNamespace(release.namespace()).list())
          .hasMessageContaining("cannot list resource \"secrets\"");
    }

    release.uninstall();

    assertThat(signInKeys()).as("after the release").isEqualTo(rotated);
  }

  /** The command of the guide, for this release. */
  private String rotation() throws IOException {
    return Pattern.compile("(?m)^kubectl .*\\\\\n.* gateway rotate-keys .*$")
        .matcher(Files.readString(Path.of("docs/sign-in.md")))
        .results()
        .map(MatchResult::group)
        .findFirst()
        .orElseThrow()
        .replace("-n " + Chart.NAME, "-n " + release.namespace())
        .replace("deploy/" + Chart.NAME, "deploy/" + release.fullName());
  }

  private String values(String more) {
    return values(more, "{allowedEndpoints: ['https://git.example/login/oauth/']}");
  }

  private String values(String more, String signIn) {
    String issuer =
        Serialization.unmarshal(
                client.raw("/.well-known/openid-configuration"), java.util.Map.class)
            .get("issuer")
            .toString();
    String apiServer =
        client
            .services()
            .inNamespace("default")
            .withName("kubernetes")
            .get()
            .getSpec()
            .getClusterIP();
    return """
    watchNamespaces: [%s]
    gateway:
      enabled: true
      config:
        baseUrl: %s
        issuers:
          - issuer: %s
            jwksUri: https://%s/openid/v1/jwks
            caFile: /var/run/secrets/kubernetes.io/serviceaccount/ca.crt
        signIn: %s
    """
            .formatted(sessions, BASE_URL, issuer, apiServer, signIn)
        + more;
  }

  private String token() {
    return client
        .serviceAccounts()
        .inNamespace(sessions)
        .withName("default")
        .tokenRequest(
            new TokenRequestBuilder()
                .withNewSpec()
                .withAudiences(BASE_URL + "/" + sessions + "/hello/mcp")
                .endSpec()
                .build())
        .getStatus()
        .getToken();
  }

  private URI endpoint() {
    return site("/%s/hello/mcp".formatted(sessions));
  }

  private URI site(String path) {
    return URI.create("http://127.0.0.1:" + service.port() + path);
  }

  private String get(String path) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(site(path)).build(), HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      return answer.body();
    }
  }

  private String onlySession() {
    var found = client.resources(McpSession.class).inNamespace(sessions).list().getItems();
    assertThat(found).hasSize(1);
    return found.getFirst().getMetadata().getName();
  }

  private Secret keys() {
    return client
        .secrets()
        .inNamespace(release.namespace())
        .withName(release.fullName() + "-gateway-keys")
        .get();
  }

  /** As stored. */
  private String signInKeys() {
    return client
        .secrets()
        .inNamespace(release.namespace())
        .withName(release.fullName() + "-gateway-sign-in-keys")
        .get()
        .getData()
        .get("keys.json");
  }

  private static JsonNode keysIn(String stored) throws IOException {
    return new ObjectMapper().readTree(Base64.getDecoder().decode(stored)).get("keys");
  }

  private KubernetesClient asGateway() {
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder(client.getConfiguration())
                .withImpersonateUsername(
                    "system:serviceaccount:"
                        + release.namespace()
                        + ":"
                        + release.fullName()
                        + "-gateway")
                .build())
        .build();
  }
}

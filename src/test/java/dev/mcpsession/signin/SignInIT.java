package dev.mcpsession.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.oauth2.sdk.util.MultivaluedMapUtils;
import com.nimbusds.oauth2.sdk.util.URLUtils;
import dev.mcpsession.browser.Browser;
import dev.mcpsession.browser.HttpPerson;
import dev.mcpsession.browser.InBrowser;
import dev.mcpsession.browser.UserAgent;
import dev.mcpsession.clients.Conformance;
import dev.mcpsession.clients.JavaClient;
import dev.mcpsession.clients.NodeClients;
import dev.mcpsession.clients.PlainOAuthClient;
import dev.mcpsession.clients.PythonClients;
import dev.mcpsession.clients.Scenario;
import dev.mcpsession.clients.SignInClient;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.docs.GeneratedDocument;
import dev.mcpsession.external.NeedsProgram;
import dev.mcpsession.issuer.Certificates;
import dev.mcpsession.replicas.McpHttp;
import dev.mcpsession.replicas.SignInInstallation;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Clients that know nothing but the URL of a template: their users sign in at Forgejo, and get what
 * Forgejo lets them.
 */
@ClusterTest
class SignInIT {
  private static final String TEMPLATE = "forgejo";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LONG = Duration.ofHours(1);

  /** Of a token that is to be renewed while the test waits. */
  private static final Duration SHORT = Duration.ofSeconds(15);

  @TempDir private static Path folder;

  private static SignInInstallation installation;
  private static URI server;
  private static Certificates certificates;

  @BeforeAll
  static void start(Cluster cluster) throws Exception {
    certificates = Certificates.madeIn(folder);
    // A server's own entry in a keystore is trusted like an authority's.
    String trust =
        "-Djavax.net.ssl.trustStore=%s -Djavax.net.ssl.trustStorePassword=changeit"
            .formatted(certificates.keystore());
    installation =
        SignInInstallation.start(
            cluster,
            new SignInInstallation.Options(
                cluster.kubeconfig(), Map.of("JAVA_TOOL_OPTIONS", trust), ""));
    installation.offer(TEMPLATE, "drainSeconds: 1,");
    server = installation.endpoint(TEMPLATE);
  }

  @AfterAll
  static void stop() throws Exception {
    installation.close();
  }

  @Test
  @NeedsProgram(value = "npm", debianPackage = "npm")
  void theTypeScriptSdkSignsItsUserInWhoGetsATokenAndAPodOfTheirOwn() throws Exception {
    NodeClients clients = NodeClients.installed();
    try (UserAgent alice = new HttpPerson();
        UserAgent bob = new HttpPerson();
        SignInClient ofAlice = clients.signIn("sign-in-v1.mjs", server);
        SignInClient ofBob = clients.signIn("sign-in-v1.mjs", server)) {
      JsonNode alices = ofAlice.saw(alice, "alice");
      JsonNode bobs = ofBob.saw(bob, "bob");

      seesTheUsersOwn(alices, "alice");
      seesTheUsersOwn(bobs, "bob");
      assertThat(alices.path("protocol").asText()).isEqualTo("2025-11-25");
      assertThat(alices.path("registered").asBoolean()).isTrue();
      assertThat(ofAlice.opened()).isOne();
      assertThat(bobs.at("/token/fingerprint")).isNotEqualTo(alices.at("/token/fingerprint"));
      assertThat(bobs.at("/token/pod")).isNotEqualTo(alices.at("/token/pod"));
    }
  }

  @ParameterizedTest
  @CsvSource({"auto, 2026-07-28", "legacy, 2025-11-25"})
  @NeedsProgram(value = "npm", debianPackage = "npm")
  void theTypeScriptClientOfBothErasSignsItsUserIn(String mode, String protocol) throws Exception {
    try (UserAgent alice = new HttpPerson();
        SignInClient client = NodeClients.installed().signIn("sign-in-v2.mjs", server, mode)) {
      JsonNode saw = client.saw(alice, "alice");

      seesTheUsersOwn(saw, "alice");
      assertThat(saw.path("protocol").asText()).isEqualTo(protocol);
      client.again();
      assertThat(client.saw(alice, "alice").path("token")).isEqualTo(saw.path("token"));
      assertThat(client.opened()).as("it is still signed in").isOne();
    }
  }

  @ParameterizedTest
  @CsvSource({"sign-in-v1.mjs,", "sign-in-v2.mjs, auto"})
  @NeedsProgram(value = "npm", debianPackage = "npm")
  void aClientThatIsKnownByItsMetadataDocumentSignsItsUserIn(String script, String mode)
      throws Exception {
    String keystore = certificates.keystore().toString();
    String[] arguments = mode == null ? new String[] {keystore} : new String[] {mode, keystore};
    try (UserAgent alice = new HttpPerson();
        SignInClient client = NodeClients.installed().signIn(script, server, arguments)) {
      JsonNode saw = client.saw(alice, "alice");

      seesTheUsersOwn(saw, "alice");
      assertThat(saw.path("client").asText()).matches("https://localhost:\\d+/client\\.json");
    }
  }

  @ParameterizedTest
  @CsvSource({"auto, 2026-07-28", "legacy, 2025-11-25"})
  @NeedsProgram(value = "python3", debianPackage = "python3-venv")
  void thePythonSdkSignsItsUserIn(String mode, String protocol) throws Exception {
    try (UserAgent alice = new HttpPerson();
        SignInClient client = PythonClients.installed().signIn("sign-in-python.py", server, mode)) {
      JsonNode saw = client.saw(alice, "alice");

      seesTheUsersOwn(saw, "alice");
      assertThat(saw.path("protocol").asText()).isEqualTo(protocol);
      assertThat(client.opened()).isOne();
    }
  }

  @Test
  @InBrowser
  @NeedsProgram(value = "npm", debianPackage = "npm")
  void aRealBrowserLeadsThere() throws Exception {
    try (UserAgent alice = new Browser();
        SignInClient client = NodeClients.installed().signIn("sign-in-v2.mjs", server, "auto")) {
      seesTheUsersOwn(client.saw(alice, "alice"), "alice");
    }
  }

  /** The Java SDK has no OAuth client of its own: its users bring a token. */
  @Test
  void theJavaSdkIsLetInWithATokenThatItsUserBrings() throws Exception {
    PlainOAuthClient oauth = signedIn("alice");
    try (JavaClient client = new JavaClient(server, oauth.tokens().access())) {
      client.initialize();
      seesTheUsersOwn(
          new ObjectMapper()
              .readTree("{\"token\": " + client.call("upstream_token", Map.of()) + "}"),
          "alice");
    }
  }

  @Test
  void withoutATokenAClientIsToldWhereToGetOne() throws Exception {
    try (McpHttp client = new McpHttp(null)) {
      McpHttp.Answer refused = client.post(server, null, "{}");
      assertThat(refused.status()).isEqualTo(401);
      assertThat(refused.http().headers().firstValue("WWW-Authenticate"))
          .hasValueSatisfying(
              it ->
                  assertThat(it)
                      .startsWith("Bearer ")
                      .contains(
                          "resource_metadata=\"%s/.well-known/oauth-protected-resource%s\""
                              .formatted(installation.base(), server.getPath())));
    }
  }

  @Test
  @NeedsProgram(value = "npm", debianPackage = "npm")
  void theConformanceSuiteForAuthorizationServersFindsNothing() {
    PlainOAuthClient registered = installation.client(TEMPLATE);
    registered.register();
    try (UserAgent frank = new HttpPerson()) {
      SortedMap<String, Scenario> results =
          Conformance.runAuthorization(
              NodeClients.installed(),
              URI.create(installation.base()),
              registered.clientId(),
              server,
              url -> {
                String back =
                    MultivaluedMapUtils.getFirstValue(
                        URLUtils.parseParameters(url.getRawQuery()), "redirect_uri");
                String arrived = frank.signIn(url.toString(), "frank", back);
                assertThat(arrived).contains("code=");
              });

      assertThat(results)
          .containsOnlyKeys("authorization-server-metadata-endpoint", "authorization-code-grant")
          .allSatisfy(
              (name, scenario) ->
                  assertThat(scenario.checks())
                      .isNotEmpty()
                      .allSatisfy(check -> assertThat(check.status()).isEqualTo("SUCCESS")));
      GeneratedDocument.named("conformance.md")
          .sectionMustBe(
              "Authorization server, suite " + Conformance.AUTHORIZATION_VERSION, table(results));
    }
  }

  private static String table(SortedMap<String, Scenario> results) {
    return """
    The scenarios of the suite's command `authorization`, asked of two replicas of the gateway with sign-in; a user of the
    stand-in for Forgejo consents and signs in. Both of them apply, and it has them for every revision of the protocol from
    2025-03-26 to 2026-07-28. Its scenarios `auth/...` ask clients, with an authorization server of the suite's own.

    | Scenario | Checks | The gateway |
    |---|---|---|
    %s\
    """
        .formatted(
            results.entrySet().stream()
                .map(
                    it ->
                        "| `%s` | %s | %s |\n"
                            .formatted(
                                it.getKey(),
                                it.getValue().checks().stream()
                                    .map(check -> "`" + check.id() + "`")
                                    .distinct()
                                    .collect(Collectors.joining(", ")),
                                it.getValue().words()))
                .collect(Collectors.joining()));
  }

  @Test
  @NeedsProgram(value = "npm", debianPackage = "npm")
  void whoLosesTheGrantIsEvictedRefusedAndSignedInAgainByTheTypeScriptClientsThemselves()
      throws Exception {
    NodeClients clients = NodeClients.installed();
    installation.forgejo().accessTokenLifespan(SHORT);
    try (UserAgent carol = new HttpPerson();
        UserAgent dave = new HttpPerson();
        SignInClient ofCarol = clients.signIn("sign-in-v1.mjs", server);
        SignInClient ofDave = clients.signIn("sign-in-v2.mjs", server, "auto")) {
      JsonNode carols = ofCarol.saw(carol, "carol");
      JsonNode daves = ofDave.saw(dave, "dave");
      PlainOAuthClient other = signedIn("dave");

      loseTheirGrants("carol", "dave");

      isRefusedForGood(other);
      signsInAgain(ofCarol, carol, "carol", carols);
      signsInAgain(ofDave, dave, "dave", daves);
    } finally {
      installation.forgejo().accessTokenLifespan(LONG);
    }
  }

  @Test
  @NeedsProgram(value = "python3", debianPackage = "python3-venv")
  void whoLosesTheGrantIsSignedInAgainByThePythonSdkItself() throws Exception {
    installation.forgejo().accessTokenLifespan(SHORT);
    try (UserAgent erin = new HttpPerson();
        SignInClient client =
            PythonClients.installed().signIn("sign-in-python.py", server, "auto")) {
      JsonNode before = client.saw(erin, "erin");

      loseTheirGrants("erin");

      signsInAgain(client, erin, "erin", before);
    } finally {
      installation.forgejo().accessTokenLifespan(LONG);
    }
  }

  /** As where they take it back at Forgejo; tokens that are given afterwards live long. */
  private static void loseTheirGrants(String... users) {
    List<String> evicted = List.of(users);
    evicted.forEach(installation.forgejo()::endGrants);
    installation.forgejo().accessTokenLifespan(LONG);
    await("sessions of " + evicted + " are evicted")
        .atMost(PATIENCE)
        .until(
            () ->
                installation.sessions().stream()
                    .map(session -> session.getSpec().user())
                    .noneMatch(evicted::contains));
    await()
        .untilAsserted(
            () ->
                assertThat(installation.evictions())
                    .filteredOn(it -> it.contains("GrantRejected"))
                    .hasSizeGreaterThanOrEqualTo(users.length));
  }

  private static void signsInAgain(
      SignInClient client, UserAgent person, String user, JsonNode before) {
    client.again();
    JsonNode after = client.saw(person, user);
    seesTheUsersOwn(after, user);
    assertThat(client.opened()).as("its user signed in").isEqualTo(2);
    assertThat(after.at("/token/fingerprint")).isNotEqualTo(before.at("/token/fingerprint"));
    assertThat(after.at("/whoami/instance"))
        .as("another Pod, though it may have the same name")
        .isNotEqualTo(before.at("/whoami/instance"));
  }

  private static void isRefusedForGood(PlainOAuthClient client) throws Exception {
    try (McpHttp http = new McpHttp(client.tokens().access())) {
      McpHttp.Answer refused = http.initialize(server);
      assertThat(refused.status()).isEqualTo(401);
      assertThat(refused.http().headers().firstValue("WWW-Authenticate"))
          .hasValueSatisfying(it -> assertThat(it).contains("error=\"invalid_token\""));
    }
    assertThat(client.refresh().error()).isEqualTo("invalid_grant");
  }

  private static PlainOAuthClient signedIn(String user) {
    PlainOAuthClient client = installation.client(TEMPLATE);
    client.register();
    try (UserAgent person = new HttpPerson()) {
      String back = person.signIn(client.authorizationUrl(), user, PlainOAuthClient.REDIRECT_URI);
      assertThat(client.exchange(back).status()).isEqualTo(200);
    }
    return client;
  }

  private static void seesTheUsersOwn(JsonNode saw, String user) {
    assertThat(installation.isTokenOf(user, saw.path("token")))
        .as("the backend has a good token of %s: %s", user, saw)
        .isTrue();
  }
}

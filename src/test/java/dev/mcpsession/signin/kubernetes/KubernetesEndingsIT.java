package dev.mcpsession.signin.kubernetes;

import static dev.mcpsession.signin.kubernetes.ExampleSignIns.ALICE;
import static dev.mcpsession.signin.kubernetes.ExampleSignIns.NOW;
import static dev.mcpsession.signin.kubernetes.ExampleSignIns.ofAccountPage;
import static dev.mcpsession.signin.kubernetes.ExampleSignIns.ofClient;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.gateway.kubernetes.GatewayCache;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.session.SessionName;
import dev.mcpsession.signin.identity.MemoryGrants;
import dev.mcpsession.signin.identity.MemorySignIns;
import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.identity.StoreException;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Sessions are on a real API server; what else ends is in memory. */
@ClusterTest
@TestInstance(Lifecycle.PER_CLASS)
class KubernetesEndingsIT {
  private final KubernetesClient client;
  private final String namespace;
  private final GatewayCache cache;
  private final List<String> ends = new CopyOnWriteArrayList<>();
  private MemorySignIns signIns;
  private MemoryGrants grants;
  private KubernetesEndings endings;

  KubernetesEndingsIT(Cluster cluster) {
    client = cluster.client();
    namespace = cluster.namespace();
    cache = new GatewayCache(client, Set.of(namespace));
  }

  @BeforeAll
  void offer() {
    for (String name : List.of("forgejo", "other")) {
      client
          .resource(
              """
              apiVersion: mcpsession.dev/v1alpha1
              kind: McpSessionTemplate
              metadata: {name: %s, namespace: %s}
              spec:
                signIn:
                  identity: Upstream
                  authorizationEndpoint: https://git.example/login/oauth/authorize
                  userInfoEndpoint: https://git.example/login/oauth/userinfo
                session:
                  token:
                    oauth2Refresh: {tokenEndpoint: 'https://git.example/token', clientSecretName: c}
                  podTemplate: {spec: {containers: [{name: a, image: 'b:1'}]}}
              """
                  .formatted(name, namespace))
          .create();
    }
    cache.start();
    Awaitility.await().until(() -> cache.templates().size() == 2);
  }

  @AfterAll
  void stop() {
    cache.close();
  }

  @BeforeEach
  void oneUserWithSessionsAndGrants() throws StoreException {
    // An hour later, so that nothing is kept for a code that may return.
    signIns = new MemorySignIns(InstantSource.fixed(NOW.plus(Duration.ofHours(1))));
    signIns.onEnd(it -> ends.add("sign-in " + it.id()));
    grants = new MemoryGrants();
    endings =
        new KubernetesEndings(
            client,
            new KubernetesEndings.With(
                signIns,
                grants,
                cache,
                this::endConnections,
                template ->
                    Optional.of(
                        template.getMetadata().getName().equals("forgejo")
                            ? "fingerprint"
                            : "another"),
                (template, refreshToken) -> ends.add("revoked " + refreshToken)));
    client.resources(McpSession.class).inNamespace(namespace).delete();
    for (String name : List.of("forgejo", "other")) {
      grants.store(template(name), ALICE, "token of " + name, NOW);
      client
          .resource(
              """
              apiVersion: mcpsession.dev/v1alpha1
              kind: McpSession
              metadata: {name: %s, namespace: %s}
              spec:
                user: alice
                owner: {issuer: '%s', subject: '%s'}
                templateRef: {name: %s}
                grantSecretName: grant-a
              """
                  .formatted(
                      SessionName.of(resource(name), ALICE),
                      namespace,
                      ALICE.issuer(),
                      ALICE.subject(),
                      name))
          .create();
    }
    signIns.create(ofClient("one", resource("forgejo"), NOW));
    signIns.create(ofClient("two", resource("forgejo"), NOW));
    signIns.create(ofAccountPage("page", NOW));
    ends.clear();
  }

  private CompletableFuture<Void> endConnections(SessionKey session) {
    ends.add(
        "connections of " + (session(nameOf(session)) == null ? "no session" : nameOf(session)));
    return CompletableFuture.completedFuture(null);
  }

  private static String nameOf(SessionKey session) {
    return session.name().substring(0, session.name().lastIndexOf('-'));
  }

  private McpResource resource(String template) {
    return new McpResource(namespace, template);
  }

  private McpSessionTemplate template(String name) {
    return cache.template(namespace, name);
  }

  private McpSession session(String template) {
    return client
        .resources(McpSession.class)
        .inNamespace(namespace)
        .withName(SessionName.of(resource(template), ALICE))
        .get();
  }

  private SignIn signIn(String id) {
    return signIns.find(id).orElseThrow();
  }

  @Test
  void onlyTheLastSignInTakesSessionAndGrantWithItInThisOrder() throws StoreException {
    endings.endSignIn(signIn("one"));
    assertThat(ends).containsExactly("sign-in one");
    endings.endSignIn(signIn("two"));
    assertThat(ends)
        .containsExactly(
            "sign-in one", "sign-in two", "connections of forgejo", "revoked token of forgejo");
    assertThat(session("forgejo")).isNull();
    assertThat(session("other")).isNotNull();
    assertThat(grants.state(template("other"), ALICE)).isPresent();
  }

  @Test
  void aSessionCanBeEndedAloneAndAgain() throws StoreException {
    endings.endSession(template("forgejo"), ALICE);
    endings.endSession(template("forgejo"), ALICE);
    assertThat(ends).containsExactly("connections of forgejo");
    assertThat(grants.state(template("forgejo"), ALICE)).isPresent();
  }

  @Test
  void aGrantThatIsTakenBackEndsAllThatStandsOnIt() throws StoreException {
    endings.takeBack(template("forgejo"), ALICE);
    assertThat(ends)
        .containsExactly(
            "sign-in one", "sign-in two", "connections of forgejo", "revoked token of forgejo");
    assertThat(signIns.of(ALICE)).extracting(SignIn::id).containsExactly("page");
  }

  @Test
  void signingOutEverywhereLeavesWhatAnotherProviderVouchesFor() throws StoreException {
    endings.endAll(signIn("page").person());
    assertThat(signIns.of(ALICE)).isEmpty();
    assertThat(session("forgejo")).isNull();
    assertThat(session("other")).isNotNull();
    assertThat(ends).contains("revoked token of forgejo").doesNotContain("revoked token of other");
  }

  @Test
  void aStepThatFailsIsToldAndKeepsNoOtherFromBeingDone() {
    grants.setAway(true);
    assertThatThrownBy(() -> endings.takeBack(template("forgejo"), ALICE))
        .isInstanceOf(StoreException.class);
    assertThat(ends).containsExactly("sign-in one", "sign-in two", "connections of forgejo");
    assertThat(session("forgejo")).isNull();
  }
}

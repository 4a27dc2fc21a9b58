package dev.mcpsession.reconcile.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.reconcile.DisturbedApi;
import dev.mcpsession.reconcile.Eventually;
import dev.mcpsession.reconcile.LiveSession;
import dev.mcpsession.reconcile.RunningController;
import dev.mcpsession.simulation.model.Fault;
import dev.mcpsession.token.EndpointCalls;
import dev.mcpsession.token.TokenSource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The deletion of sessions whose tokens must be revoked. Each test has a namespace of its own; they
 * run side by side.
 */
@ClusterTest
class RevocationIT {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String FOREIGN = "example.com/wait";

  private final KubernetesClient client;
  private final Cluster cluster;
  private final DisturbedApi api = new DisturbedApi();
  private final RevokingIssuer issuer = new RevokingIssuer(this::hasFinalizer);
  private String namespace;
  private LiveSession session;
  private RunningController controller;

  RevocationIT(Cluster cluster) {
    this.cluster = cluster;
    this.client = cluster.client();
  }

  @BeforeEach
  void start() {
    namespace = cluster.newNamespace();
    session = session("revoked" + NUMBER.incrementAndGet());
    controller = controller(api);
  }

  @AfterEach
  void stop() {
    session.resource().delete();
    Eventually.assertThat(() -> assertThat(session.get()).isNull());
    controller.close();
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void theTokenIsRevokedOnceBeforeTheSessionIsGone() {
    serve(session);
    assertThat(issuer.looks()).as("the finalizer was there first").containsExactly(true);
    assertThat(issuer.revoked()).isEmpty();
    api.listen();
    Eventually.staysSo(Duration.ofSeconds(1), () -> assertThat(api.writes()).isEmpty());

    session.resource().delete();
    assertGoesSoon(session);
    assertThat(issuer.revoked()).containsExactly("token of " + session.name());
    assertThat(session.events()).doesNotContainKey("RevocationFailed");
    Eventually.assertThat(() -> assertThat(session.ownSecrets()).isEmpty());
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void anEvictionRevokesAsWell() {
    serve(session);
    session.patch("{spec: {idleTimeoutSeconds: 1}}");
    assertGoesSoon(session);
    assertThat(issuer.revoked()).containsExactly("token of " + session.name());
    Eventually.assertThat(() -> assertThat(session.events()).containsKey("Evicted"));
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aRevocationThatFailsIsTriedAgain() {
    serve(session);
    issuer.refuse(true);
    session.resource().delete();
    Eventually.assertThat(() -> assertThat(issuer.revoked()).hasSizeGreaterThan(2));
    assertThat(session.get()).isNotNull();
    issuer.refuse(false);
    Eventually.assertWithin(Duration.ofSeconds(20), () -> assertThat(session.get()).isNull());
    assertThat(session.events()).doesNotContainKey("RevocationFailed");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void silenceHoldsTheSessionForLessThanAMinute() {
    serve(session);
    issuer.fallSilent();
    session.resource().delete();
    Eventually.staysSo(Duration.ofSeconds(45), () -> assertThat(session.get()).isNotNull());
    Eventually.assertWithin(Duration.ofSeconds(15), () -> assertThat(session.get()).isNull());
    assertThat(issuer.revoked()).hasSize(1);
    Eventually.assertThat(
        () ->
            assertThat(session.eventMessage("RevocationFailed"))
                .contains("no answer", "stays valid until 2"));
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aCrashBetweenTheRevocationAndTheEndIsMadeGoodByTheNextOperator() throws Exception {
    serve(session);
    api.strike(new DisturbedApi.Call("replaceFinalizers", 1), Fault.KILLED_BEFORE, () -> {});
    session.resource().delete();
    assertThat(api.hasStruckWithin(20)).isTrue();
    controller.kill();
    assertThat(session.get()).isNotNull();
    controller = controller(new DisturbedApi());
    assertGoesSoon(session);
    assertThat(issuer.revoked()).containsOnly("token of " + session.name());
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void whatWasDeletedWhileNoOperatorRanIsRevokedAtTheNextStart() {
    serve(session);
    controller.close();
    session.resource().delete();
    assertThat(session.get()).isNotNull();
    assertThat(issuer.revoked()).isEmpty();
    controller = controller(new DisturbedApi());
    assertGoesSoon(session);
    assertThat(issuer.revoked()).containsExactly("token of " + session.name());
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void theTokenOfAGrantIsRevokedWhenTheLastOfItsSessionsEnds() {
    LiveSession other = session(session.name() + "-other");
    serveByGrant(session, "grant");
    serveByGrant(other, "grant");
    other.resource().delete();
    assertGoesSoon(other);
    assertThat(issuer.revoked()).isEmpty();
    session.resource().delete();
    assertGoesSoon(session);
    assertThat(issuer.revoked()).containsExactly("token 1 of grant");

    serveByGrant(other, "grant");
    assertThat(other.servedToken()).isEqualTo("token 2 of grant");
    other.resource().delete();
    assertGoesSoon(other);
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void theFinalizersOfOthersStay() {
    serve(session);
    session.patch(
        "{metadata: {finalizers: [%s, %s]}}".formatted(FOREIGN, Names.REVOCATION_FINALIZER));
    session.resource().delete();
    Eventually.assertWithin(SOON, () -> assertThat(finalizers(session)).containsExactly(FOREIGN));
    Eventually.staysSo(
        Duration.ofSeconds(2), () -> assertThat(finalizers(session)).containsExactly(FOREIGN));
    session.patch("{metadata: {finalizers: null}}");
    assertGoesSoon(session);
    assertThat(issuer.revoked()).hasSize(1);
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void theFinalizerComesAndGoesWithTheEndpoint() {
    session.source(Map.of("client_id", "operator", "client_secret", "hidden"));
    session.create("{token: %s}".formatted(credentials(session)), LiveSession.FAKE);
    session.patch("{spec: {token: {oauth2ClientCredentials: {revocationEndpoint: null}}}}");
    Eventually.assertThat(() -> assertThat(session.isServing()).isTrue());
    Eventually.assertThat(() -> assertThat(finalizers(session)).isEmpty());
    session.patch(
        "{spec: {token: {oauth2ClientCredentials: {revocationEndpoint: 'https://idp/revoke'}}}}");
    Eventually.assertThat(
        () -> assertThat(finalizers(session)).containsExactly(Names.REVOCATION_FINALIZER));
    session.patch("{metadata: {finalizers: null}}");
    Eventually.assertThat(
        () -> assertThat(finalizers(session)).containsExactly(Names.REVOCATION_FINALIZER));
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aNamespaceIsNotHeldUp() {
    controller.close();
    namespace = cluster.newNamespace();
    session = session("ending");
    controller = controller(api);
    serve(session);
    issuer.refuse(true);
    client.namespaces().withName(namespace).delete();
    Eventually.assertWithin(
        Duration.ofSeconds(60),
        () -> assertThat(client.namespaces().withName(namespace).get()).isNull());
  }

  private boolean hasFinalizer(TokenSource.Request request) {
    return finalizers(session(request.session())).contains(Names.REVOCATION_FINALIZER);
  }

  private static List<String> finalizers(LiveSession session) {
    McpSession current = session.get();
    return current == null ? List.of() : current.getMetadata().getFinalizers();
  }

  private static void assertGoesSoon(LiveSession session) {
    Eventually.assertWithin(SOON, () -> assertThat(session.get()).isNull());
  }

  private LiveSession session(String name) {
    return new LiveSession(client, Objects.requireNonNull(namespace), name);
  }

  private static void serve(LiveSession session) {
    serve(session, credentials(session));
  }

  private void serveByGrant(LiveSession session, String grant) {
    session("client").source(Map.of("client_id", "operator", "client_secret", "hidden"));
    serve(
        session,
        """
        {oauth2Refresh: {tokenEndpoint: 'https://idp/token', clientSecretName: client-source,
          grantSecretName: %s, revocationEndpoint: 'https://idp/revoke'}}
        """
            .formatted(grant));
  }

  private static void serve(LiveSession session, String token) {
    session.source(Map.of("client_id", "operator", "client_secret", "hidden"));
    session.create("{token: %s}".formatted(token), LiveSession.FAKE);
    Eventually.assertThat(() -> assertThat(session.isServing()).isTrue());
  }

  private static String credentials(LiveSession session) {
    return """
    {oauth2ClientCredentials: {tokenEndpoint: 'https://idp/token',
      clientSecretName: %s-source, revocationEndpoint: 'https://idp/revoke'}}
    """
        .formatted(session.name());
  }

  private TokenSources sources() {
    return new TokenSources() {
      @Override
      public TokenSource of(TokenSpec spec) {
        return issuer;
      }

      @Override
      public void forget(String namespace, String grantSecretName) {
        issuer.forget(namespace, grantSecretName);
      }
    };
  }

  private RunningController controller(DisturbedApi requests) {
    return new RunningController(
        client,
        namespace,
        requests::around,
        new TokenServices(
            secrets -> sources(), issuer, EndpointCalls.limitedTo(20, 10, System::nanoTime)),
        InstantSource.system());
  }
}

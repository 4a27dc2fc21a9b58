package dev.mcpsession.reconcile.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.issuer.RefreshOnlyServer;
import dev.mcpsession.issuer.SingleUseIssuer;
import dev.mcpsession.reconcile.DisturbedApi;
import dev.mcpsession.reconcile.Eventually;
import dev.mcpsession.reconcile.LiveSession;
import dev.mcpsession.reconcile.RunningController;
import dev.mcpsession.reconcile.token.ConfiguredSources;
import dev.mcpsession.reconcile.token.OAuthSecrets;
import dev.mcpsession.simulation.model.Fault;
import dev.mcpsession.token.EndpointCalls;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.grant.ApiGrantStore;
import dev.mcpsession.token.grant.GrantStore;
import dev.mcpsession.token.oauth.AuthorizationServer;
import dev.mcpsession.token.oauth.IssuedTokens;
import dev.mcpsession.token.oauth.OAuthClient;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The operator is killed at every step from the claim on a grant to the retired Pod of the old
 * token. The grant survives if the issuer's response had been stored; if not, the sessions that use
 * it end and say why. A session with another grant is never affected.
 */
@ClusterTest
class GrantCrashIT {
  private static final ExecutorService WORKERS =
      Executors.newFixedThreadPool(8, Thread.ofVirtual().factory());

  private final Cluster cluster;

  GrantCrashIT(Cluster cluster) {
    this.cluster = cluster;
  }

  @AfterAll
  static void stop() {
    WORKERS.shutdownNow();
  }

  /** Where the operator is killed, and whether that loses the issuer's response. */
  private record Step(String method, int number, Fault fault, boolean losesTheGrant) {
    @Override
    public String toString() {
      return method + " #" + number + ", " + fault;
    }
  }

  private static List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    for (Fault fault : List.of(Fault.KILLED_BEFORE, Fault.KILLED_AFTER)) {
      steps.add(new Step("replace", 1, fault, false)); // the claim
      steps.add(new Step("refresh", 1, fault, fault.isCarriedOut()));
      steps.add(new Step("replace", 2, fault, !fault.isCarriedOut())); // the response
      for (int session = 1; session <= 2; session++) {
        steps.add(new Step("replaceStatus", session, fault, false));
        steps.add(new Step("createSecret", session, fault, false));
        steps.add(new Step("createPod", session, fault, false));
        steps.add(new Step("deleteSecret", session, fault, false));
        steps.add(new Step("replaceService", session, fault, false));
      }
      steps.add(new Step("replaceStatus", 3, fault, false));
      steps.add(new Step("replaceStatus", 4, fault, false));
    }
    return steps;
  }

  @TestFactory
  List<DynamicTest> aGrantIsLostOnlyWithAnAnswerThatNobodyStored() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Step step : steps()) {
      Future<?> run =
          WORKERS.submit(
              () -> {
                new Case(cluster.client(), cluster.newNamespace()).killedAt(step);
                return null;
              });
      tests.add(DynamicTest.dynamicTest(step.toString(), run::get));
    }
    return tests;
  }

  /** A namespace of its own with two sessions on one grant, and one on another. */
  private static final class Case {
    private static final Duration LIFE = Duration.ofSeconds(9);

    private final KubernetesClient client;
    private final String namespace;
    private final SingleUseIssuer issuer = new SingleUseIssuer(InstantSource.system(), LIFE);
    private final SingleUseIssuer others =
        new SingleUseIssuer(InstantSource.system(), Duration.ofHours(1));
    private final LiveSession first;
    private final LiveSession second;
    private final LiveSession other;

    Case(KubernetesClient client, String namespace) {
      this.client = client;
      this.namespace = namespace;
      this.first = new LiveSession(client, namespace, "first");
      this.second = new LiveSession(client, namespace, "second");
      this.other = new LiveSession(client, namespace, "other");
    }

    void killedAt(Step step) throws InterruptedException {
      OAuthSecrets secrets = new OAuthSecrets(client, namespace);
      secrets.put("client", Map.of("client_id", "mcp", "client_secret", "hidden"));
      secrets.grant("grant", "r0");
      secrets.grant("other-grant", "r0");
      DisturbedApi api = new DisturbedApi();
      RunningController killed = operator(api, "killed");
      try {
        create(first, "grant");
        create(second, "grant");
        create(other, "other-grant");
        for (LiveSession session : List.of(first, second, other)) {
          Eventually.assertThat(() -> assertThat(session.isServing()).isTrue());
        }
        api.strike(new DisturbedApi.Call(step.method(), step.number()), step.fault(), () -> {});
        assertThat(api.hasStruckWithin(60)).as("%s among %s", step, api.calls()).isTrue();
      } finally {
        killed.kill();
      }
      try (RunningController next = operator(new DisturbedApi(), "next")) {
        if (step.losesTheGrant()) {
          assertEvicted(first);
          assertEvicted(second);
        } else {
          assertServesALaterToken(first);
          assertServesALaterToken(second);
          assertThat(issuer.isDead()).isFalse();
          assertThat(issuer.presented()).doesNotHaveDuplicates();
        }
        assertThat(other.isServing()).isTrue();
        assertThat(other.status().revision()).isEqualTo(1);
        assertThat(others.presented()).hasSize(1);
      } finally {
        for (LiveSession session : List.of(first, second, other)) {
          session.resource().delete();
        }
      }
    }

    private void assertEvicted(LiveSession session) {
      Eventually.assertThat(() -> assertThat(session.get()).isNull());
      Eventually.assertThat(
          () ->
              assertThat(session.eventMessage("Evicted"))
                  .startsWith("GrantRejected: ")
                  .contains("Secret grant needs the new refresh_token"));
    }

    /** Asserts that it serves a later token than the one requested when the operator was killed. */
    private void assertServesALaterToken(LiveSession session) {
      Eventually.assertThat(
          () -> {
            assertThat(session.isServing()).isTrue();
            assertThat(session.servedToken()).isNotIn("", "a1", "a2");
          });
    }

    private RunningController operator(DisturbedApi api, String holder) {
      return new RunningController(
          client,
          namespace,
          api::around,
          secrets ->
              new ConfiguredSources(
                  client,
                  api.around(GrantStore.class, new ApiGrantStore(client)),
                  secrets,
                  api.around(AuthorizationServer.class, new ByGrant(issuer, others)),
                  EndpointCalls.limitedTo(20, 4, System::nanoTime),
                  holder,
                  () -> true,
                  InstantSource.system(),
                  System::nanoTime));
    }

    private void create(LiveSession session, String grant) {
      session.create(
          """
          {drainSeconds: 0, token: {oauth2Refresh: {
            tokenEndpoint: "https://issuer.example/token",
            clientSecretName: client,
            grantSecretName: %s}}}
          """
              .formatted(grant),
          LiveSession.FAKE);
    }
  }

  /** Sends each grant to an issuer of its own. */
  private record ByGrant(SingleUseIssuer issuer, SingleUseIssuer others)
      implements RefreshOnlyServer {
    @Override
    public IssuedTokens refresh(
        OAuth2RefreshSource source,
        OAuthClient client,
        String refreshToken,
        BooleanSupplier maySend)
        throws TokenFailure, InterruptedException {
      SingleUseIssuer one = source.grantSecretName().equals("grant") ? issuer : others;
      return one.refresh(source, client, refreshToken, maySend);
    }
  }
}

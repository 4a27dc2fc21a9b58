package dev.mcpsession.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.Reason;
import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.metrics.SessionMetrics;
import dev.mcpsession.reconcile.cache.ClusterView;
import dev.mcpsession.reconcile.cache.NodeView;
import dev.mcpsession.reconcile.memory.ReplacementSlots;
import dev.mcpsession.reconcile.memory.SessionEntries;
import dev.mcpsession.reconcile.token.TokenCalls;
import dev.mcpsession.reconcile.token.TokenSources;
import dev.mcpsession.reconcile.write.Announcer;
import dev.mcpsession.reconcile.write.NamespaceBudgets;
import dev.mcpsession.simulation.model.ModelApiServer;
import dev.mcpsession.simulation.model.ModelCache;
import dev.mcpsession.simulation.model.ModelCaches;
import dev.mcpsession.simulation.model.ModelClusterApi;
import dev.mcpsession.simulation.model.VirtualClock;
import dev.mcpsession.token.SourceSecret;
import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.TokenInfo;
import dev.mcpsession.token.TokenSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A session is evicted only if the API server has its grant marked as rejected at that moment. */
class RejectedGrantTest {
  private final VirtualClock clock = new VirtualClock();
  private final ModelApiServer server = new ModelApiServer(clock, 1);
  private final ModelClusterApi api = new ModelClusterApi(server);
  private final ModelCaches caches = new ModelCaches(server);
  private final SessionMetrics metrics = new SessionMetrics(new SimpleMeterRegistry());
  private final ReplacementSlots slots = new ReplacementSlots(1, key -> {});
  private final SessionEntries entries = new SessionEntries(key -> true, slots);
  private final Sources sources = new Sources();
  private SourceSecret.@Nullable Lookup watched;

  @BeforeEach
  void create() {
    server.createSession(
        Serialization.unmarshal(
            """
            metadata: {name: alice}
            spec:
              user: alice
              token:
                oauth2Refresh:
                  tokenEndpoint: https://git.example/token
                  clientSecretName: client
                  grantSecretName: grant
              podTemplate: {spec: {containers: [{name: backend, image: b}]}}
            """,
            McpSession.class));
    caches.all().forEach(ModelCache::list);
  }

  @Test
  void aRejectionOfTheGrantAsItIsNowEvicts() {
    sources.failure = new TokenFailure(TokenFailure.Kind.REJECTED, "rejected");
    reconcileTimes(3);
    assertThat(server.sessions.find("alice")).isNull();
  }

  /** The session gateway reads it there, to have the user sign in again. */
  @Test
  void theSessionSaysThatItsGrantWasRejectedBeforeItGoes() {
    server.sessions.edit(
        server.sessions.find("alice"),
        session -> session.getMetadata().setFinalizers(List.of("example.com/keep")));
    caches.all().forEach(ModelCache::list);
    sources.failure = new TokenFailure(TokenFailure.Kind.REJECTED, "the grant is worth nothing");
    reconcileTimes(3);
    McpSession ending = server.sessions.find("alice");
    assertThat(ending.isMarkedForDeletion()).isTrue();
    assertThat(ending.getStatus().conditions())
        .filteredOn(condition -> condition.type().equals(ConditionType.TokenValid.name()))
        .singleElement()
        .satisfies(
            condition -> {
              assertThat(condition.isTrue()).isFalse();
              assertThat(condition.reason()).isEqualTo(Reason.GrantRejected.name());
              assertThat(condition.message()).isEqualTo("the grant is worth nothing");
            });
  }

  @Test
  void aRejectionOfWhatALoginHasReplacedEvictsNobodyAndTheNewGrantIsTried() {
    sources.failure = new TokenFailure(TokenFailure.Kind.REJECTED, "rejected");
    reconcileTimes(1);
    sources.failure = null;
    sources.stillRejected = false;
    reconcileTimes(3);
    assertThat(server.sessions.find("alice")).isNotNull();
    assertThat(sources.calls).isEqualTo(2);
    assertThat(server.pods.find("alice-1")).isNotNull();
  }

  @Test
  void aRejectionThatCannotBeConfirmedNowEvictsNobodyYet() {
    sources.failure = new TokenFailure(TokenFailure.Kind.REJECTED, "rejected");
    sources.unreadable = true;
    reconcileTimes(3);
    assertThat(server.sessions.find("alice").getStatus().conditions())
        .noneMatch(condition -> condition.reason().equals(Reason.GrantRejected.name()));
    sources.unreadable = false;
    reconcileTimes(1);
    assertThat(server.sessions.find("alice")).isNull();
  }

  @Test
  void aRejectionThatOnlyTheCacheShowsEvictsNobody() {
    sources.stillRejected = false;
    watched = (namespace, name) -> name.equals("grant") ? rejectedGrant() : secret(name).build();
    reconcileTimes(3);
    assertThat(server.sessions.find("alice")).isNotNull();
    sources.stillRejected = true;
    reconcileTimes(1);
    assertThat(server.sessions.find("alice")).isNull();
  }

  private static Secret rejectedGrant() throws TokenFailure {
    Secret grant = secret("grant").addToData("refresh_token", "cjA=").build();
    String fingerprint = SourceSecret.of("grant", grant).fingerprint("r0");
    return new SecretBuilder(grant)
        .editMetadata()
        .addToAnnotations(Names.GRANT_REJECTED, fingerprint + " rejected")
        .endMetadata()
        .build();
  }

  private static SecretBuilder secret(String name) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName(name)
        .withUid("uid-" + name)
        .endMetadata()
        .addToData("client_id", "bWNw")
        .addToData("client_secret", "czNjcjN0");
  }

  private void reconcileTimes(int times) {
    NamespaceBudgets budgets = new NamespaceBudgets(NodeView.unwatched());
    TokenCalls tokens = new TokenCalls(sources, Runnable::run, clock, metrics, key -> {});
    SessionReconciler reconciler =
        new SessionReconciler(
            new SessionObserver(new View(), NodeView.unwatched(), budgets),
            new PlanApplier(
                api,
                tokens,
                null, // no revocation
                new Announcer(api, metrics, clock),
                budgets,
                clock,
                () -> true),
            entries,
            slots,
            metrics,
            clock,
            () -> true,
            (entry, at) -> {},
            (namespace, template) -> {},
            context -> List.of());
    for (int i = 0; i < times; i++) {
      reconciler.reconcile(ModelApiServer.NAMESPACE, "alice");
      clock.move(Duration.ofSeconds(1));
      caches.all().forEach(ModelCache::list);
    }
  }

  private final class Sources implements TokenSources {
    private @Nullable TokenFailure failure;
    private boolean stillRejected = true;
    private boolean unreadable;
    private int calls;

    @Override
    public TokenSource of(TokenSpec spec) {
      return request -> {
        calls++;
        if (failure != null) {
          throw failure;
        }
        return new Token(
            "a1", new TokenInfo(clock.instant(), clock.instant().plus(Duration.ofHours(1)), "v1"));
      };
    }

    @Override
    public boolean isStillRejected(String namespace, TokenSpec spec) throws TokenFailure {
      if (unreadable) {
        throw new TokenFailure(TokenFailure.Kind.FAILED, "could not read Secret grant");
      }
      return stillRejected;
    }
  }

  /** The caches of the model; the sources' Secrets are those that a test says. */
  private final class View implements ClusterView {
    @Override
    public @Nullable McpSession session(String namespace, String name) {
      return caches.session(namespace, name);
    }

    @Override
    public @Nullable McpSessionTemplate template(String namespace, String name) {
      return null;
    }

    @Override
    public List<McpSession> withoutTemplate(String namespace) {
      return List.of();
    }

    @Override
    public List<McpSession> readers(String namespace, String secret) {
      return caches.readers(namespace, secret);
    }

    @Override
    public List<Pod> pods(String namespace, String session) {
      return caches.pods(namespace, session);
    }

    @Override
    public @Nullable Service service(String namespace, String name) {
      return caches.service(namespace, name);
    }

    @Override
    public SourceSecret.@Nullable Lookup tokenSources() {
      return watched;
    }
  }
}

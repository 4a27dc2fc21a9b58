package dev.mcpsession.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.metrics.SessionMetrics;
import dev.mcpsession.plan.timing.RenewalPolicy;
import dev.mcpsession.reconcile.cache.ClusterView;
import dev.mcpsession.reconcile.cache.NodeView;
import dev.mcpsession.reconcile.memory.ReplacementSlots;
import dev.mcpsession.reconcile.memory.SessionEntries;
import dev.mcpsession.reconcile.write.Announcer;
import dev.mcpsession.reconcile.write.ClusterApi;
import dev.mcpsession.reconcile.write.NamespaceBudgets;
import dev.mcpsession.resources.Child;
import dev.mcpsession.stored.StoredSession;
import dev.mcpsession.token.SourceSecret;
import dev.mcpsession.token.TokenInfo;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A session that an earlier operator brought to rest is at rest for this one: uids, times and
 * hashes are those that were recorded.
 */
class StoredSessionTest {
  private final List<String> requests = new ArrayList<>();

  static List<String> names() {
    return StoredSession.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void nothingIsAskedOfTheApiServer(String name) {
    reconcile(StoredSession.of(name));
    assertThat(requests).isEmpty();
  }

  /** Else a reconciler that does nothing would pass. */
  @Test
  void aChangedSpecIsCarriedOut() {
    StoredSession changed = StoredSession.of("defaults").with("  port: 8080\n", "  port: 8081\n");
    reconcile(changed);
    assertThat(requests).contains("replaceStatus");
  }

  /** The time in the status is not computed anew, but the renewal is. */
  @ParameterizedTest
  @MethodSource("names")
  void aTokenIsRenewedWhenTheStatusSays(String name) {
    McpSession session = StoredSession.of(name).session();
    TokenSpec spec = session.getSpec().token();
    Pod pod = StoredSession.of(name).pod();
    TokenInfo token = pod == null ? null : Child.token(pod.getMetadata().getAnnotations());
    Instant renewal =
        spec == null || token == null
            ? null
            : RenewalPolicy.renewalTime(token, spec.renewBefore(), session.getMetadata().getUid());
    assertThat(renewal).isEqualTo(session.getStatus().renewalTime());
  }

  private void reconcile(StoredSession stored) {
    InstantSource clock = InstantSource.fixed(StoredSession.RECORDED.plusSeconds(5));
    SessionMetrics metrics = new SessionMetrics(new SimpleMeterRegistry());
    ReplacementSlots slots = new ReplacementSlots(10, key -> {});
    NamespaceBudgets budgets = new NamespaceBudgets(NodeView.unwatched());
    ClusterApi api = noting();
    Announcer announcer = new Announcer(api, metrics, clock);
    new SessionReconciler(
            new SessionObserver(new Recorded(stored), NodeView.unwatched(), budgets),
            new PlanApplier(api, null, null, announcer, budgets, clock, () -> true),
            new SessionEntries(key -> true, slots),
            slots,
            metrics,
            clock,
            () -> true,
            (entry, at) -> {},
            (namespace, template) -> {},
            context -> List.of())
        .reconcile(StoredSession.NAMESPACE, stored.name());
  }

  /** Refuses each request, as an API server does for what others have changed. */
  private ClusterApi noting() {
    return (ClusterApi)
        Proxy.newProxyInstance(
            ClusterApi.class.getClassLoader(),
            new Class<?>[] {ClusterApi.class},
            (proxy, method, arguments) -> {
              requests.add(method.getName());
              throw new KubernetesClientException("changed meanwhile", 409, null);
            });
  }

  /** The caches of a new process: all is there as it was stored. */
  private record Recorded(StoredSession stored) implements ClusterView {
    @Override
    public McpSession session(String namespace, String name) {
      McpSession session = stored.session();
      session.getMetadata().setResourceVersion("1");
      return session;
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
      return List.of();
    }

    @Override
    public List<Pod> pods(String namespace, String name) {
      Pod pod = stored.pod();
      return pod == null ? List.of() : List.of(identified(pod));
    }

    @Override
    public @Nullable Service service(String namespace, String name) {
      Service service = stored.service();
      return service == null ? null : identified(service);
    }

    @Override
    public SourceSecret.Lookup tokenSources() {
      return (namespace, name) ->
          StoredSession.sources().stream()
              .filter(secret -> secret.getMetadata().getName().equals(name))
              .findFirst()
              .orElse(null);
    }

    private static <T extends HasMetadata> T identified(T child) {
      child.getMetadata().setUid("uid of " + child.getMetadata().getName());
      child.getMetadata().setResourceVersion("1");
      return child;
    }
  }
}

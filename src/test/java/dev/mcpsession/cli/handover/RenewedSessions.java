package dev.mcpsession.cli.handover;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Names;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Sessions whose tokens somebody renews all the time, and a watcher that notes whatever must not
 * happen to them: a serving token that has expired, a number that goes back, more than three Pods.
 */
final class RenewedSessions implements AutoCloseable {
  private static final int COUNT = 5;
  private static final Duration LIFE = Duration.ofSeconds(60);
  private static final Duration EVERY = Duration.ofSeconds(8);

  private final KubernetesClient client;
  private final String namespace;
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2);
  private final RevisionWatch watch;
  private int rounds;

  RenewedSessions(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
    watch = new RevisionWatch(client, namespace);
    renewTokens();
    for (int i = 0; i < COUNT; i++) {
      client.resource(session("s" + i)).inNamespace(namespace).create();
    }
    var _ =
        threads.scheduleAtFixedRate(
            this::renewTokens, EVERY.toSeconds(), EVERY.toSeconds(), SECONDS);
    var _ = threads.scheduleAtFixedRate(() -> watch.look(this::look), 0, 250, MILLISECONDS);
  }

  /** All serve, each at this revision at least. */
  boolean haveReached(int revision) {
    return watch.revisions().size() == COUNT
        && watch.revisions().values().stream().allMatch(reached -> reached >= revision);
  }

  /** The highest revision that all have reached. */
  int reached() {
    return watch.revisions().values().stream().mapToInt(Integer::intValue).min().orElse(0);
  }

  Queue<String> faults() {
    return watch.faults();
  }

  private void renewTokens() {
    rounds++;
    Secret secret =
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName("upstream")
            .addToLabels(Names.TOKEN_SOURCE_LABEL, "true")
            .endMetadata()
            .addToStringData("token", "token-" + rounds)
            .addToStringData("expiresAt", Instant.now().plus(LIFE).toString())
            .build();
    try {
      client.resource(secret).forceConflicts().serverSideApply();
    } catch (RuntimeException e) {
      watch.faults().add("the test could not renew the token: " + e);
    }
  }

  private void look(McpSession session) {
    String name = session.getMetadata().getName();
    McpSessionStatus status = session.getStatus();
    if (status == null || status.revision() == null) {
      return;
    }
    watch.serves(name, status.revision());
    if (status.tokenExpirationTime() == null
        || !status.tokenExpirationTime().isAfter(Instant.now())) {
      watch.faults().add(name + " serves with a token until " + status.tokenExpirationTime());
    }
    boolean ready =
        status.conditions() != null
            && status.conditions().stream()
                .filter(c -> "Ready".equals(c.type()))
                .allMatch(Condition::isTrue);
    if (!ready) {
      watch.faults().add(name + " is not Ready: " + status.conditions());
    }
    watch.countPods(name);
  }

  private static McpSession session(String name) {
    return Serialization.unmarshal(
        """
        apiVersion: mcpsession.dev/v1alpha1
        kind: McpSession
        metadata: {name: %s}
        spec:
          user: %s
          drainSeconds: 2
          token: {secret: {name: upstream, expiresAtKey: expiresAt}}
          podTemplate:
            spec:
              nodeSelector: {type: fake}
              tolerations: [{key: kwok.x-k8s.io/node, operator: Exists}]
              containers: [{name: backend, image: "busybox:1.35"}]
        """
            .formatted(name, name),
        McpSession.class);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}

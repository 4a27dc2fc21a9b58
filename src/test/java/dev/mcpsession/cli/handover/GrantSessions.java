package dev.mcpsession.cli.handover;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Names;
import dev.mcpsession.issuer.ForgejoIssuer;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Users with a grant and two sessions each, and a watcher that notes what must never happen to
 * them: a number that goes back, more than three Pods.
 */
final class GrantSessions implements AutoCloseable {
  private final KubernetesClient client;
  private final String namespace;
  private final ForgejoIssuer issuer;
  private final ScheduledExecutorService watcher = Executors.newSingleThreadScheduledExecutor();
  private final RevisionWatch watch;

  GrantSessions(KubernetesClient client, String namespace, ForgejoIssuer issuer) {
    this.client = client;
    this.namespace = namespace;
    this.issuer = issuer;
    watch = new RevisionWatch(client, namespace);
    put("client", Map.of("client_id", issuer.clientId(), "client_secret", issuer.clientSecret()));
    var _ = watcher.scheduleAtFixedRate(() -> watch.look(this::look), 0, 400, MILLISECONDS);
  }

  /** A user who consents, and two sessions. */
  void add(String user) {
    put(user, Map.of("refresh_token", issuer.newGrant(user)));
    for (String name : of(user)) {
      client.resource(session(name, user)).inNamespace(namespace).create();
    }
  }

  /** Names of a user's sessions. */
  static List<String> of(String user) {
    return List.of(user + "-a", user + "-b");
  }

  /** What must never happen, and did. */
  Queue<String> faults() {
    return watch.faults();
  }

  /** The refresh token in the user's grant Secret. */
  String storedRefreshToken(String user) {
    return value(client.secrets().inNamespace(namespace).withName(user).get(), "refresh_token");
  }

  /** Both of a user's sessions serve, with a token that the issuer accepts. */
  void assertServing(String user) {
    assertThat(of(user))
        .allSatisfy(
            name -> {
              McpSessionStatus status = status(name);
              assertThat(status).isNotNull();
              assertThat(status.conditions())
                  .anyMatch(one -> one.type().equals("Ready") && one.isTrue());
              assertThat(status.tokenExpirationTime()).isAfter(Instant.now());
              String secret = Names.child(name, Objects.requireNonNull(status.revision()));
              String token =
                  value(client.secrets().inNamespace(namespace).withName(secret).get(), "token");
              assertThat(issuer.isActive(token)).as("%s's token is valid", name).isTrue();
            });
  }

  /** At least this revision serves in both of a user's sessions. */
  boolean haveReached(String user, int revision) {
    return reached(user) >= revision;
  }

  /** The number that serves in both, or served last. */
  int reached(String user) {
    return watch.reached(of(user));
  }

  boolean exist(String user) {
    return of(user).stream().anyMatch(name -> find(name) != null);
  }

  /** Messages of the Events with which a user's sessions ended. */
  List<String> evictions(String user) {
    return client.v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(event -> "Evicted".equals(event.getReason()))
        .filter(event -> of(user).contains(event.getInvolvedObject().getName()))
        .map(Event::getMessage)
        .toList();
  }

  private void put(String name, Map<String, String> values) {
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .addToLabels(Names.TOKEN_SOURCE_LABEL, "true")
                .endMetadata()
                .withStringData(values)
                .build())
        .create();
  }

  private McpSession session(String name, String user) {
    return Serialization.unmarshal(
        """
        apiVersion: mcpsession.dev/v1alpha1
        kind: McpSession
        metadata: {name: %s}
        spec:
          user: %s
          drainSeconds: 1
          token:
            oauth2Refresh: {tokenEndpoint: "%s", clientSecretName: client, grantSecretName: %s}
          podTemplate:
            spec:
              nodeSelector: {type: fake}
              tolerations: [{key: kwok.x-k8s.io/node, operator: Exists}]
              containers: [{name: backend, image: "busybox:1.35"}]
        """
            .formatted(name, user, issuer.tokenEndpoint(), user),
        McpSession.class);
  }

  private @Nullable McpSession find(String name) {
    return client.resources(McpSession.class).inNamespace(namespace).withName(name).get();
  }

  private @Nullable McpSessionStatus status(String name) {
    McpSession session = find(name);
    return session == null ? null : session.getStatus();
  }

  private static String value(@Nullable Secret secret, String key) {
    assertThat(secret).isNotNull();
    return new String(
        Base64.getDecoder().decode(secret.getData().get(key)), StandardCharsets.UTF_8);
  }

  private void look(McpSession session) {
    String name = session.getMetadata().getName();
    McpSessionStatus status = session.getStatus();
    if (status == null) {
      return;
    }
    if (status.revision() != null && isReady(status)) {
      watch.serves(name, status.revision());
    }
    watch.countPods(name);
  }

  private static boolean isReady(McpSessionStatus status) {
    List<Condition> conditions = status.conditions();
    return conditions != null
        && conditions.stream().anyMatch(one -> one.type().equals("Ready") && one.isTrue());
  }

  @Override
  public void close() {
    watcher.shutdownNow();
  }
}

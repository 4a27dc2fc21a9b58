package dev.mcpsession.reconcile.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.issuer.keycloak.Keycloak;
import dev.mcpsession.issuer.keycloak.KeycloakTest;
import dev.mcpsession.reconcile.Eventually;
import dev.mcpsession.reconcile.LiveSession;
import dev.mcpsession.reconcile.RunningController;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/**
 * Many sessions of one user, one grant of a real issuer, and refresh tokens that work once. With
 * {@code -Dload.renewals=20} it takes four minutes longer.
 */
@ClusterTest
@KeycloakTest
class SharedGrantIT {
  private static final int SESSIONS = 50;
  private static final int RENEWALS = Integer.getInteger("load.renewals", 6);

  /** A third of it is for replacing fifty backends. */
  private static final Duration LIFE = Duration.ofSeconds(21);

  private final Cluster cluster;
  private final Keycloak keycloak;
  private final Set<String> served = ConcurrentHashMap.newKeySet();
  private final Map<String, Integer> revisions = new ConcurrentHashMap<>();
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();

  SharedGrantIT(Cluster cluster, Keycloak keycloak) {
    this.cluster = cluster;
    this.keycloak = keycloak;
  }

  @Test
  void fiftySessionsAreRenewedByAsManyRefreshesAsRenewals() {
    keycloak.accessTokenLifespan(LIFE);
    OAuthSecrets secrets = new OAuthSecrets(cluster.client(), cluster.namespace());
    secrets.client("client", keycloak);
    secrets.grant("grant", keycloak.newGrant("alice"));
    try (SharedIndexInformer<McpSession> watch = watch();
        RunningController operator =
            OAuthSecrets.operator(cluster.client(), cluster.namespace(), keycloak)) {
      for (int i = 1; i <= SESSIONS; i++) {
        session("s" + i)
            .create(OAuthSecrets.refresh(keycloak, "client", "grant"), LiveSession.FAKE);
      }
      awaitRevision(1);
      assertThat(keycloak.refreshes()).as("for the first token").isEqualTo(1);
      awaitRevision(1 + RENEWALS);
      assertThat(keycloak.refreshes()).isEqualTo(1 + RENEWALS);
      assertThat(keycloak.events("REFRESH_TOKEN_ERROR")).isEmpty();
      assertThat(faults).isEmpty();
      assertThat(keycloak.isActive(session("s1").servedToken())).isTrue();
    } finally {
      cluster.client().resources(McpSession.class).inNamespace(cluster.namespace()).delete();
    }
  }

  private void awaitRevision(int revision) {
    Eventually.assertWithin(
        Duration.ofMinutes(10),
        () ->
            assertThat(revisions)
                .hasSize(SESSIONS)
                .allSatisfy((name, reached) -> assertThat(reached).isEqualTo(revision)));
  }

  private LiveSession session(String name) {
    return new LiveSession(cluster.client(), cluster.namespace(), name);
  }

  private SharedIndexInformer<McpSession> watch() {
    return cluster
        .client()
        .resources(McpSession.class)
        .inNamespace(cluster.namespace())
        .inform(
            new ResourceEventHandler<>() {
              @Override
              public void onAdd(McpSession session) {
                look(session);
              }

              @Override
              public void onUpdate(McpSession before, McpSession session) {
                look(session);
              }

              @Override
              public void onDelete(McpSession session, boolean unknown) {}
            });
  }

  private void look(McpSession session) {
    String name = session.getMetadata().getName();
    McpSessionStatus status = session.getStatus();
    if (status == null || status.conditions() == null) {
      return;
    }
    boolean ready =
        status.conditions().stream()
            .anyMatch(one -> one.type().equals(ConditionType.Ready.name()) && one.isTrue());
    if (ready) {
      served.add(name);
      revisions.put(name, Objects.requireNonNull(status.revision()));
      Instant expires = status.tokenExpirationTime();
      if (expires == null || !expires.isAfter(Instant.now())) {
        faults.add(name + " serves with a token that expired at " + expires);
      }
    } else if (served.contains(name)) {
      faults.add(name + ": " + status.conditions().stream().map(Condition::message).toList());
    }
  }
}

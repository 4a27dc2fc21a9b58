package dev.mcpsession.signin.kubernetes;

import static dev.mcpsession.signin.kubernetes.ExampleSignIns.ALICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.Names;
import dev.mcpsession.api.OAuth2RefreshSource;
import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.MergePatch;
import dev.mcpsession.reconcile.token.OAuthSecrets;
import dev.mcpsession.signin.identity.Grants.State;
import dev.mcpsession.signin.identity.StoreException;
import dev.mcpsession.token.EndpointCalls;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.TokenInfo;
import dev.mcpsession.token.TokenSource;
import dev.mcpsession.token.grant.ApiGrantStore;
import dev.mcpsession.token.grant.RefreshTokens;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Grants on a real API server, where an operator renews them. */
@ClusterTest
class SecretGrantsIT {
  private static final Instant TEN = Instant.parse("2026-11-28T10:00:00Z");

  private final KubernetesClient client;
  private final String namespace;
  private final SecretGrants grants;
  private final LoginIssuer issuer = new LoginIssuer(InstantSource.system());
  private McpSessionTemplate template;
  private Owner owner;
  private Resource<Secret> secret;

  SecretGrantsIT(Cluster cluster) {
    client = cluster.client();
    namespace = cluster.namespace();
    grants = new SecretGrants(client);
  }

  @BeforeEach
  void aUserWithoutAGrant() {
    new OAuthSecrets(client, namespace)
        .put("client", Map.of("client_id", "gateway", "client_secret", "s3cr3t"));
    template = template("forgejo");
    owner = new Owner(ALICE.issuer(), String.valueOf(System.nanoTime()));
    secret =
        client.secrets().inNamespace(namespace).withName(new GrantSecret(template, owner).name());
  }

  private McpSessionTemplate template(String name) {
    Resource<McpSessionTemplate> stored =
        client.resources(McpSessionTemplate.class).inNamespace(namespace).withName(name);
    if (stored.get() == null) {
      client
          .resource(
              """
              apiVersion: mcpsession.dev/v1alpha1
              kind: McpSessionTemplate
              metadata: {name: %s, namespace: %s}
              spec: {session: {podTemplate: {spec: {containers: [{name: a, image: 'b:1'}]}}}}
              """
                  .formatted(name, namespace))
          .create();
    }
    return stored.get();
  }

  @Test
  void aFirstGrantIsASecretThatSessionsMayUseAndThatGoesWithItsTemplate() throws Exception {
    assertThat(grants.state(template, owner)).isEmpty();
    assertThat(grants.delete(template, owner)).isEmpty();
    grants.store(template, owner, "first", TEN);
    assertThat(grants.state(template, owner)).contains(new State(false, Optional.of(TEN)));
    assertThat(data()).containsExactlyEntriesOf(Map.of("refresh_token", "first"));
    assertThat(secret.get().getMetadata().getLabels())
        .containsEntry(Names.TOKEN_SOURCE_LABEL, "true");
    assertThat(secret.get().getMetadata().getOwnerReferences())
        .extracting(OwnerReference::getUid)
        .containsExactly(template.getMetadata().getUid());
  }

  @Test
  void aNewSignInReplacesTheTokenAndClearsWhatWasRecordedOfTheOneBefore() throws Exception {
    String login = issuer.login("before");
    grants.store(template, owner, login, TEN);
    try (RefreshTokens operator = operator()) {
      operator.issue(request());
      issuer.login("before"); // the upstream has given another grant, and the stored one is void
      assertThatThrownBy(() -> operator.issue(request())).isInstanceOf(TokenFailure.class);
      assertThat(grants.state(template, owner)).contains(new State(true, Optional.of(TEN)));

      // By a replica whose clock is behind: what was rejected is worth nothing.
      Instant earlier = TEN.minusSeconds(30);
      grants.store(template, owner, issuer.login("after"), earlier);
      assertThat(grants.state(template, owner)).contains(new State(false, Optional.of(earlier)));
      assertThat(data()).containsExactlyEntriesOf(Map.of("refresh_token", "after.0"));
      operator.issue(request());
      assertThat(data()).containsEntry("access_token", "access-after.0");
    }
  }

  @Test
  void ofTwoSignInsOfOneUserAtOnceTheLaterGrantWins() throws Exception {
    AtOnce.call(
        () -> {
          grants.store(template, owner, "later", TEN.plusSeconds(1));
          return true;
        },
        () -> {
          new SecretGrants(client).store(template, owner, "earlier", TEN);
          return true;
        });
    assertThat(data()).containsEntry("refresh_token", "later");
    assertThat(grants.state(template, owner))
        .contains(new State(false, Optional.of(TEN.plusSeconds(1))));
  }

  @Test
  void grantsThatAreGivenWhileTheOperatorRenewsAreAllUsedOnceAndTheLastOneStays() throws Exception {
    int logins = 10;
    AtomicBoolean over = new AtomicBoolean();
    AtomicReference<Throwable> fault = new AtomicReference<>();
    grants.store(template, owner, issuer.login("login0"), TEN);
    try (RefreshTokens operator = operator()) {
      Thread renewals = Thread.ofVirtual().start(() -> renewUntil(over, operator, fault));
      for (int i = 1; i <= logins; i++) {
        int before = issuer.refreshes();
        // The answer to that one is being stored now.
        await().pollInterval(Duration.ofMillis(1)).until(() -> issuer.refreshes() > before);
        grants.store(template, owner, issuer.login("login" + i), TEN.plusSeconds(i));
      }
      over.set(true);
      renewals.join();
      assertThat(fault.get()).isNull();
      operator.issue(request());
    }
    assertThat(data().get("refresh_token")).startsWith("login" + logins + ".");
    for (int i = 0; i <= logins; i++) {
      assertThat(issuer.hasEnded("login" + i)).as("login%d", i).isFalse();
    }
  }

  private void renewUntil(
      AtomicBoolean over, RefreshTokens operator, AtomicReference<Throwable> fault) {
    while (!over.get()) {
      try {
        operator.issue(request());
      } catch (TokenFailure failure) {
        if (failure.kind() != TokenFailure.Kind.FAILED) { // FAILED: replaced meanwhile
          fault.set(failure);
        }
      } catch (InterruptedException e) {
        fault.set(e);
      }
    }
  }

  @Test
  void theTokenThatADeletionReturnsIsTheOneThatWasInTheSecretAtTheEnd() throws Exception {
    grants.store(template, owner, issuer.login("login"), TEN);
    try (RefreshTokens operator = operator()) {
      operator.issue(request());
    }
    assertThat(grants.delete(template, owner)).contains("login.1");
    assertThat(secret.get()).isNull();
    assertThat(grants.state(template, owner)).isEmpty();
  }

  @Test
  void aSecretThatSomebodyElseHasMadeIsNeitherReadNorChangedNorDeleted() {
    new OAuthSecrets(client, namespace)
        .grant(new GrantSecret(template, owner).name(), "not the gateway's");
    Secret before = secret.get();
    assertRefused(
        () -> grants.store(template, owner, "new", TEN),
        "its owner is not McpSessionTemplate forgejo");
    assertRefused(() -> grants.delete(template, owner), "its owner is not");
    assertRefused(() -> grants.state(template, owner), "its owner is not");
    MergePatch.apply(secret, "{metadata: {labels: {mcpsession.dev/token-source: 'no'}}}");
    assertRefused(() -> grants.store(template, owner, "new", TEN), "it has no label");
    assertThat(secret.get().getData()).isEqualTo(before.getData());
  }

  private void assertRefused(ThrowingCallable call, String why) {
    assertThatThrownBy(call)
        .hasMessageContaining("Secret " + namespace + "/" + secret.get().getMetadata().getName())
        .hasMessageContaining(why)
        .isInstanceOfSatisfying(
            StoreException.class, failure -> assertThat(failure.isAway()).isFalse());
  }

  private Map<String, String> data() {
    Map<String, String> data = new HashMap<>();
    secret
        .get()
        .getData()
        .forEach(
            (key, value) ->
                data.put(
                    key, new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
    return data;
  }

  private RefreshTokens operator() {
    return new RefreshTokens(
        (inNamespace, name) -> client.secrets().inNamespace(inNamespace).withName(name).get(),
        new ApiGrantStore(client),
        issuer,
        EndpointCalls.limitedTo(20, 4, System::nanoTime),
        "operator",
        () -> true,
        InstantSource.system(),
        System::nanoTime,
        Thread::sleep);
  }

  /** For a token that nobody holds yet. */
  private TokenSource.Request request() {
    OAuth2RefreshSource source =
        new OAuth2RefreshSource(
            "https://git.example/token",
            "client",
            new GrantSecret(template, owner).name(),
            null,
            null,
            null,
            null,
            null,
            null,
            null);
    return new TokenSource.Request(
        namespace,
        "alice",
        "uid-1",
        new TokenSpec(null, null, null, null, null, source, null, null),
        fresh());
  }

  private static Predicate<TokenInfo> fresh() {
    Instant asked = InstantSource.system().instant();
    return held -> held.obtainedAt().isAfter(asked);
  }
}

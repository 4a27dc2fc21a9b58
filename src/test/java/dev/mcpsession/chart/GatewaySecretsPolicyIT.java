package dev.mcpsession.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.MergePatch;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The policy that holds a gateway with sign-in to its own Secrets, in a real API server. The
 * gateway has all rights in its own namespace and in one with templates.
 */
@ClusterTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewaySecretsPolicyIT {
  private static final String GRANT = "grant-hvnryrzl2my7kxd4w2wcgrsljd";
  private static final String SIGN_IN = "signin-0123456789abcdef0123456789abcdef01234567";
  private static final String KEYS = "KEYS";
  private static final String IS_GRANT = "labels: {mcpsession.dev/token-source: 'true'}";
  private static final String IS_SIGN_IN = "labels: {mcpsession.dev/sign-in: 'true'}";

  private final Cluster cluster;
  private final ImpersonatedUsers users;
  private KubernetesClient gateway;
  private KubernetesClient somebodyElse;
  private String templates;
  private InstalledPolicy policy;

  GatewaySecretsPolicyIT(Cluster cluster) {
    this.cluster = cluster;
    this.users = new ImpersonatedUsers(cluster);
  }

  @BeforeAll
  void install() {
    gateway = users.asGateway();
    somebodyElse = users.as("carol");
    templates = cluster.newNamespace();
    users.allow(ImpersonatedUsers.name(gateway), templates);
    users.allow(ImpersonatedUsers.name(somebodyElse), templates);
    Manifests chart =
        Chart.rendered(
            cluster.namespace(),
            cluster.namespace(),
            Samples.SIGN_IN
                + "  serviceAccount: {create: false, name: gateway}\nfullnameOverride: "
                + cluster.namespace());
    policy =
        InstalledPolicy.of(
            cluster,
            chart,
            "-gateway-sign-in",
            () -> of(gateway, templates, "probe", "", "").dryRun(true).create());
  }

  @AfterAll
  void remove() {
    if (policy != null) {
      policy.close();
    }
    users.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "false | " + GRANT + " | " + IS_GRANT + " | ``",
        "true | " + GRANT + " | " + IS_GRANT + " | ``",
        "true | " + SIGN_IN + " | " + IS_SIGN_IN + " | type: mcpsession.dev/sign-in",
        "true | " + KEYS + " | `` | type: Opaque"
      })
  void itMakesChangesAndDeletesWhatIsIts(boolean own, String name, String metadata, String type) {
    Resource<Secret> secret = of(gateway, namespace(own), name, metadata, type);
    secret.create();
    MergePatch.apply(secret, "{data: {refresh_token: YQ==}}");
    secret.patch(
        PatchContext.of(PatchType.JSON),
        "[{\"op\": \"replace\", \"path\": \"/data/refresh_token\", \"value\": \"Yg==\"}]");
    Secret stored = secret.get();
    assertThat(stored.getData()).containsEntry("refresh_token", "Yg==");
    gateway.resource(stored).update();
    secret.delete();
    assertThat(secret.get()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "false | robot | " + IS_GRANT + " | ``",
        "false | grant-alice | " + IS_GRANT + " | ``",
        "false | x" + GRANT + " | " + IS_GRANT + " | ``",
        "false | " + GRANT + "x | " + IS_GRANT + " | ``",
        "false | " + GRANT + " | `` | ``",
        "false | " + GRANT + " | labels: {mcpsession.dev/token-source: 'false'} | ``",
        "false | " + GRANT + " | " + IS_SIGN_IN + " | ``",
        "false | " + SIGN_IN + " | " + IS_SIGN_IN + " | ``",
        "false | " + KEYS + " | `` | ``",
        "true | robot | `` | ``",
        "true | signin-alice | " + IS_SIGN_IN + " | ``",
        "true | " + SIGN_IN + " | " + IS_GRANT + " | ``",
        "true | sh.helm.release.v1.a.v1 | `` | type: helm.sh/release.v1",
        "true | " + KEYS + "-x | `` | ``"
      })
  void nothingElseIsMadeChangedOrDeleted(boolean own, String name, String metadata, String type) {
    String namespace = namespace(own);
    assertThatThrownBy(() -> of(gateway, namespace, name, metadata, type).create())
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("system:serviceaccount:%s:gateway may", cluster.namespace());
    Resource<Secret> there = of(somebodyElse, namespace, name, metadata, type);
    there.create();
    Resource<Secret> secret = of(gateway, namespace, name, metadata, type);
    for (Runnable attempt :
        new Runnable[] {
          () -> MergePatch.apply(secret, "{data: {refresh_token: YQ==}}"),
          () -> MergePatch.apply(secret, "{metadata: {" + IS_GRANT + "}, data: {a: YQ==}}"),
          () -> gateway.resource(secret.get()).update(),
          secret::delete
        }) {
      assertThatThrownBy(attempt::run)
          .isInstanceOf(KubernetesClientException.class)
          .hasMessageContaining("may write only Opaque Secrets that are a grant");
    }
    assertThat(there.get().getData()).isNullOrEmpty();
    there.delete();
  }

  /** Kubernetes would put the token of that ServiceAccount into it, for the gateway to read. */
  @Test
  void noGrantIsTheTokenOfAServiceAccount() {
    String account = IS_GRANT + ", annotations: {kubernetes.io/service-account.name: default}";
    String type = "type: kubernetes.io/service-account-token";
    assertThatThrownBy(() -> of(gateway, templates, GRANT, account, type).create())
        .hasMessageContaining("may write only Opaque Secrets");
    assertThat(of(somebodyElse, templates, GRANT, account, type).dryRun(true).create()).isNotNull();
  }

  @Test
  void aGrantKeepsItsLabel() {
    Resource<Secret> grant = of(gateway, templates, GRANT, IS_GRANT, "");
    grant.create();
    assertThatThrownBy(() -> MergePatch.apply(grant, "{metadata: {labels: null}}"))
        .hasMessageContaining("with the label mcpsession.dev/token-source: \"true\"");
    grant.delete();
  }

  private String namespace(boolean own) {
    return own ? cluster.namespace() : templates;
  }

  private Resource<Secret> of(
      KubernetesClient client, String namespace, String name, String metadata, String type) {
    String keys = cluster.namespace() + "-gateway-sign-in-keys";
    return client.resource(
        Serialization.unmarshal(
            """
            apiVersion: v1
            kind: Secret
            metadata: {name: %s, namespace: %s%s}
            %s
            """
                .formatted(
                    name.replace(KEYS, keys),
                    namespace,
                    metadata.isEmpty() ? "" : ", " + metadata,
                    type),
            Secret.class));
  }
}

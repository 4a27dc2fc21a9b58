package dev.mcpsession.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.Names;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.MergePatch;
import dev.mcpsession.cluster.Yaml;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The policy {@code admission.templates}, in a real API server. */
@ClusterTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TemplatePolicyIT {
  private final Cluster cluster;
  private InstalledPolicy policy;

  TemplatePolicyIT(Cluster cluster) {
    this.cluster = cluster;
  }

  @BeforeAll
  void install() {
    // Two that the policy comes too late for.
    resource(PodRequest.ON_THE_HOST_NETWORK.asSession("earlier")).create();
    resource(PodRequest.ON_THE_HOST_NETWORK.asTemplate("earlier")).create();
    resource(PodRequest.PLAIN.asSession("plain")).create();
    resource(PodRequest.PLAIN.asTemplate("plain")).create();
    policy =
        InstalledPolicy.of(
            cluster,
            "templates",
            "serviceAccounts: [default, mcp]",
            () -> dryRun(PodRequest.ON_THE_HOST_NETWORK.asSession("probe")));
  }

  @AfterAll
  void remove() {
    if (policy != null) {
      policy.close();
    }
  }

  static Stream<PodRequest> forbidden() {
    return PodRequest.forbidden();
  }

  static Stream<PodRequest> allowed() {
    return PodRequest.allowed();
  }

  @ParameterizedTest
  @MethodSource("forbidden")
  void aSessionThatAsksForTooMuchIsNotCreated(PodRequest request) {
    assertThatThrownBy(() -> dryRun(request.asSession("s")))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining(request.refusal());
  }

  @ParameterizedTest
  @MethodSource("forbidden")
  void norIsATemplate(PodRequest request) {
    assertThatThrownBy(() -> dryRun(request.asTemplate("t")))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining(request.refusalInTemplate());
  }

  @Test
  void allThatIsWrongIsSaidAtOnce() {
    var request =
        new PodRequest(
            "{hostPID: true, serviceAccountName: x, containers: [{name: a, image: b}]}",
            "{serviceAccount: {name: admin}}",
            "");
    assertThatThrownBy(() -> dryRun(request.asSession("s")))
        .hasMessageContaining("hostPID would share a namespace")
        .hasMessageContaining("may not use the ServiceAccount x")
        .hasMessageContaining("may not get a token of the ServiceAccount admin");
  }

  @ParameterizedTest
  @MethodSource("forbidden")
  void norDoesASessionGetThereByAnUpdate(PodRequest request) {
    assertThatThrownBy(() -> update(request.asSession("plain")))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining(request.refusal());
  }

  @ParameterizedTest
  @MethodSource("forbidden")
  void norDoesATemplate(PodRequest request) {
    assertThatThrownBy(() -> update(request.asTemplate("plain")))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining(request.refusalInTemplate());
  }

  @ParameterizedTest
  @MethodSource("allowed")
  void everythingElseIsCreatedAndUpdated(PodRequest request) {
    assertThat(dryRun(request.asSession("s"))).isNotNull();
    assertThat(dryRun(request.asTemplate("t"))).isNotNull();
    update(request.asSession("plain"));
    update(request.asTemplate("plain"));
  }

  @Test
  void aSessionThatNamesATemplateIsHeldToItWithWhatItSaysItself() {
    GenericKubernetesResource named = PodRequest.PLAIN.asSession("named");
    named.setAdditionalProperty("spec", Yaml.map("{user: alice, templateRef: {name: plain}}"));
    assertThat(dryRun(named)).isNotNull();
    named.setAdditionalProperty(
        "spec",
        Yaml.map(
            "{user: alice, templateRef: {name: plain}, token: {serviceAccount: {name: admin}}}"));
    assertThatThrownBy(() -> dryRun(named))
        .hasMessageContaining(
            "spec.token.serviceAccount.name: sessions may not get a token of the ServiceAccount"
                + " admin");
  }

  @Test
  void aSessionFromBeforeThePolicyIsTouchedSuspendedNoMoreAndDeleted() {
    var earlier = cluster.sessions().withName("earlier");
    patch(
        "earlier",
        "{\"metadata\": {\"annotations\": {\"%s\": \"x\"}}}".formatted(Names.LAST_ACTIVE));
    patch("earlier", "{\"metadata\": {\"finalizers\": [\"example.com/held\"]}}");
    assertThatThrownBy(() -> patch("earlier", "{\"spec\": {\"idleTimeoutSeconds\": 60}}"))
        .hasMessageContaining("hostNetwork would share a namespace of the node");
    earlier.delete();
    // As the operator removes its own: an update of a session that the policy would refuse.
    patch("earlier", "{\"metadata\": {\"finalizers\": null}}");
    assertThat(earlier.get()).isNull();
  }

  @Test
  void aTemplateFromBeforeThePolicyIsWithdrawnFromUsersAndDeleted() {
    Resource<McpSessionTemplate> earlier =
        cluster
            .client()
            .resources(McpSessionTemplate.class)
            .inNamespace(cluster.namespace())
            .withName("earlier");
    MergePatch.apply(earlier, "{spec: {description: gone, access: {users: []}}}");
    assertThatThrownBy(
            () -> MergePatch.apply(earlier, "{spec: {session: {idleTimeoutSeconds: 60}}}"))
        .hasMessageContaining(
            "spec.session.podTemplate.spec: hostNetwork would share a namespace of the node");
    earlier.delete();
    assertThat(earlier.get()).isNull();
  }

  @Test
  void otherNamespacesAreNotConcerned() {
    String other = cluster.newNamespace();
    for (GenericKubernetesResource it :
        new GenericKubernetesResource[] {
          PodRequest.ON_THE_HOST_NETWORK.asSession("s"),
          PodRequest.ON_THE_HOST_NETWORK.asTemplate("t")
        }) {
      assertThat(cluster.client().resource(it).inNamespace(other).dryRun(true).create())
          .isNotNull();
    }
  }

  private void patch(String name, String json) {
    MergePatch.apply(cluster.sessions().withName(name), json);
  }

  private void update(GenericKubernetesResource manifest) {
    resource(manifest).dryRun(true).update();
  }

  private GenericKubernetesResource dryRun(GenericKubernetesResource manifest) {
    return resource(manifest).dryRun(true).create();
  }

  private Resource<GenericKubernetesResource> resource(GenericKubernetesResource manifest) {
    return cluster.client().resource(manifest).inNamespace(cluster.namespace());
  }
}

package dev.mcpsession.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpsession.api.Names;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import dev.mcpsession.cluster.MergePatch;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
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
    // One that the policy comes too late for.
    String container = "containers: [{name: a, image: b}]";
    resource("earlier", cluster.namespace(), "{hostNetwork: true, %s}".formatted(container), "")
        .create();
    resource("plain", cluster.namespace(), "{%s}".formatted(container), "").create();
    policy =
        InstalledPolicy.of(
            cluster,
            "templates",
            "serviceAccounts: [default, mcp]",
            () -> dryRun("probe", "{hostPID: true, %s}".formatted(container), ""));
  }

  @AfterAll
  void remove() {
    if (policy != null) {
      policy.close();
    }
  }

  static Stream<Arguments> forbidden() {
    String plain = "containers: [{name: a, image: b}]";
    return Stream.of(
        pod(
            "{volumes: [{name: x, emptyDir: {}}, {name: etc, hostPath: {path: /etc}}], %s}"
                .formatted(plain),
            "spec.podTemplate.spec.volumes: etc would mount a path of the node (hostPath); use"
                + " emptyDir, configMap, secret or persistentVolumeClaim"),
        pod(
            "{hostNetwork: true, hostIPC: true, %s}".formatted(plain),
            "spec.podTemplate.spec: hostNetwork, hostIPC would share a namespace of the node; leave"
                + " it out"),
        pod(
            "{hostPID: true, %s}".formatted(plain),
            "spec.podTemplate.spec: hostPID would share a namespace of the node; leave it out"),
        container(
            "ports: [{containerPort: 8080}, {containerPort: 80, hostPort: 80}]",
            "spec.podTemplate.spec: ports[].hostPort of container c would take a port of the node;"
                + " leave it out, sessions are reached by their Service"),
        container(
            "securityContext: {privileged: true}",
            "spec.podTemplate.spec: securityContext.privileged of container c would give it the"
                + " node; leave it out"),
        container(
            "securityContext: {allowPrivilegeEscalation: true}",
            "spec.podTemplate.spec: securityContext.allowPrivilegeEscalation of container c is"
                + " true; leave it out, false is the default here"),
        container(
            "securityContext: {capabilities: {add: [NET_BIND_SERVICE, NET_ADMIN]}}",
            "spec.podTemplate.spec: securityContext.capabilities.add of container c names more than"
                + " NET_BIND_SERVICE; leave the others out"),
        container(
            "securityContext: {windowsOptions: {hostProcess: true}}",
            "spec.podTemplate.spec: securityContext.windowsOptions.hostProcess of container c would"
                + " give it the node; leave it out"),
        pod(
            "{securityContext: {windowsOptions: {hostProcess: true}}, %s}".formatted(plain),
            "securityContext.windowsOptions.hostProcess of the Pod would give it the node"),
        pod(
            "{initContainers: [{name: i, image: b, securityContext: {privileged: true}}], %s}"
                .formatted(plain),
            "securityContext.privileged of container i would give it the node"),
        pod(
            "{ephemeralContainers: [{name: e, image: b, securityContext: {privileged: true}}], %s}"
                .formatted(plain),
            "securityContext.privileged of container e would give it the node"),
        pod(
            "{serviceAccountName: admin, %s}".formatted(plain),
            "spec.podTemplate.spec.serviceAccountName: sessions may not use the ServiceAccount"
                + " admin, only: default, mcp; leave it out, or have an administrator allow it in"
                + " this policy"),
        pod(
            "{serviceAccount: admin, %s}".formatted(plain),
            "spec.podTemplate.spec.serviceAccount: sessions may not use the ServiceAccount admin,"
                + " only: default, mcp"),
        token(
            "{serviceAccount: {name: admin}}",
            "spec.token.serviceAccount.name: sessions may not get a token of the ServiceAccount"
                + " admin, only: default, mcp"),
        token(
            """
            {oauth2TokenExchange: {tokenEndpoint: 'https://idp.example/token', clientSecretName: c,
             subjectToken: {serviceAccount: {name: admin}}}}\
            """,
            "spec.token.oauth2TokenExchange.subjectToken.serviceAccount.name: sessions may not get"
                + " a token of the ServiceAccount admin, only: default, mcp"));
  }

  static Stream<Arguments> allowed() {
    String plain = "containers: [{name: a, image: b}]";
    return Stream.of(
        pod("{%s}".formatted(plain), ""),
        pod(
            """
            {hostNetwork: false, hostPID: false, serviceAccountName: mcp, serviceAccount: mcp,
             volumes: [{name: v, emptyDir: {}}, {name: w, secret: {secretName: s}}],
             initContainers: [{name: i, image: b}], %s}\
            """
                .formatted(plain),
            ""),
        container(
            """
            ports: [{containerPort: 8080}], securityContext: {privileged: false,
             allowPrivilegeEscalation: false, capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}\
            """,
            ""),
        pod("{serviceAccountName: default, %s}".formatted(plain), ""),
        token("{serviceAccount: {name: mcp}}", ""),
        token("{secret: {name: anything}}", ""),
        token(
            """
            {oauth2TokenExchange: {tokenEndpoint: 'https://idp.example/token', clientSecretName: c,
             subjectToken: {serviceAccount: {name: default}}}}\
            """,
            ""));
  }

  @ParameterizedTest
  @MethodSource("forbidden")
  void aSessionThatAsksForTooMuchIsNotCreated(String pod, String token, String message) {
    assertThatThrownBy(() -> dryRun("s", pod, token))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining(message);
  }

  @Test
  void allThatIsWrongIsSaidAtOnce() {
    assertThatThrownBy(
            () ->
                dryRun(
                    "s",
                    "{hostPID: true, serviceAccountName: x, containers: [{name: a, image: b}]}",
                    "{serviceAccount: {name: admin}}"))
        .hasMessageContaining("hostPID would share a namespace")
        .hasMessageContaining("may not use the ServiceAccount x")
        .hasMessageContaining("may not get a token of the ServiceAccount admin");
  }

  @ParameterizedTest
  @MethodSource("forbidden")
  void norDoesASessionGetThereByAnUpdate(String pod, String token, String message) {
    assertThatThrownBy(() -> update("plain", pod, token))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @MethodSource("allowed")
  void everythingElseIsCreatedAndUpdated(String pod, String token, String none) {
    assertThat(dryRun("s", pod, token)).isNotNull();
    update("plain", pod, token);
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
  void otherNamespacesAreNotConcerned() {
    String other = cluster.newNamespace();
    assertThat(
            resource("s", other, "{hostPID: true, containers: [{name: a, image: b}]}", "")
                .dryRun(true)
                .create())
        .isNotNull();
  }

  private void update(String name, String pod, String token) {
    cluster
        .client()
        .resource(manifest(name, pod, token))
        .inNamespace(cluster.namespace())
        .dryRun(true)
        .update();
  }

  private void patch(String name, String json) {
    MergePatch.apply(cluster.sessions().withName(name), json);
  }

  private GenericKubernetesResource dryRun(String name, String pod, String token) {
    return resource(name, cluster.namespace(), pod, token).dryRun(true).create();
  }

  private Resource<GenericKubernetesResource> resource(
      String name, String namespace, String pod, String token) {
    return cluster.client().resource(manifest(name, pod, token)).inNamespace(namespace);
  }

  /** Suspended, so that nothing comes of it. */
  private static GenericKubernetesResource manifest(String name, String pod, String token) {
    return Serialization.unmarshal(
        """
        apiVersion: mcpsession.dev/v1alpha1
        kind: McpSession
        metadata: {name: %s}
        spec:
          user: alice
          suspend: true
          podTemplate: {spec: %s}
          %s
        """
            .formatted(name, pod, token.isEmpty() ? "" : "token: " + token.replace("\n", " ")),
        GenericKubernetesResource.class);
  }

  private static Arguments pod(String spec, String message) {
    return Arguments.of(spec.replace("\n", " "), "", message);
  }

  private static Arguments container(String fields, String message) {
    return pod("{containers: [{name: c, image: b, %s}]}".formatted(fields), message);
  }

  private static Arguments token(String token, String message) {
    return Arguments.of("{containers: [{name: a, image: b}]}", token, message);
  }
}

package dev.mcpsession.chart;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.stream.Stream;

/**
 * What the Pods of a session, or of the sessions of a template, are to be.
 *
 * @param pod spec of the Pod, as a YAML flow mapping
 * @param token token source, as a YAML flow mapping; empty: none
 * @param refusal what the policy {@code admission.templates} says of it in a session; empty:
 *     nothing, it is allowed
 */
record PodRequest(String pod, String token, String refusal) {
  static final PodRequest PLAIN = pod("{containers: [{name: a, image: b}]}", "");
  static final PodRequest ON_THE_HOST_NETWORK =
      pod("{hostNetwork: true, containers: [{name: a, image: b}]}", "");

  @Override
  public String toString() {
    return pod + " " + token;
  }

  /** What the policy says of it in a template. */
  String refusalInTemplate() {
    return refusal
        .replace("spec.podTemplate.", "spec.session.podTemplate.")
        .replace("spec.token.", "spec.session.token.");
  }

  /** Suspended, so that nothing comes of it. */
  GenericKubernetesResource asSession(String name) {
    return manifest("McpSession", name, "user: alice, suspend: true, " + fields());
  }

  GenericKubernetesResource asTemplate(String name) {
    return manifest("McpSessionTemplate", name, "session: {%s}".formatted(fields()));
  }

  private String fields() {
    return "podTemplate: {spec: %s}".formatted(pod) + (token.isEmpty() ? "" : ", token: " + token);
  }

  private static GenericKubernetesResource manifest(String kind, String name, String spec) {
    return Serialization.unmarshal(
        """
        apiVersion: mcpsession.dev/v1alpha1
        kind: %s
        metadata: {name: %s}
        spec: {%s}
        """
            .formatted(kind, name, spec),
        GenericKubernetesResource.class);
  }

  static Stream<PodRequest> forbidden() {
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

  static Stream<PodRequest> allowed() {
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

  private static PodRequest pod(String spec, String refusal) {
    return new PodRequest(spec.replace("\n", " "), "", refusal);
  }

  private static PodRequest container(String fields, String refusal) {
    return pod("{containers: [{name: c, image: b, %s}]}".formatted(fields), refusal);
  }

  private static PodRequest token(String token, String refusal) {
    return new PodRequest("{containers: [{name: a, image: b}]}", token.replace("\n", " "), refusal);
  }
}

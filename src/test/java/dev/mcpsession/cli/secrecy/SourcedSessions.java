package dev.mcpsession.cli.secrecy;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.Names;
import dev.mcpsession.issuer.EchoingIssuer;
import dev.mcpsession.issuer.ForgejoIssuer;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;

/** Sessions of every source, and the Secrets that they name. */
record SourcedSessions(
    KubernetesClient client, String namespace, ForgejoIssuer forgejo, EchoingIssuer echoing) {
  /** One whose grant has this refresh token. */
  void createGrantSession(String name, String refreshToken) {
    createGrantSession(name, forgejo, refreshToken);
  }

  /** One whose grant is of that issuer. */
  void createGrantSession(String name, ForgejoIssuer issuer, String refreshToken) {
    put(name, Map.of("refresh_token", refreshToken));
    create(name, refresh(issuer, name));
  }

  /** A source. */
  String refresh(ForgejoIssuer issuer, String grant) {
    return "oauth2Refresh: {tokenEndpoint: \"%s\", clientSecretName: forgejo, grantSecretName: %s}"
        .formatted(issuer.tokenEndpoint(), grant);
  }

  /** The start of a source at the other issuer. */
  String echo() {
    return "tokenEndpoint: \"%s\", clientSecretName: echoing".formatted(echoing.tokenEndpoint());
  }

  /** The content of a client Secret. */
  static Map<String, String> client(String id, String secret) {
    return Map.of("client_id", id, "client_secret", secret);
  }

  /** A Secret that a source may name. */
  void put(String name, Map<String, String> entries) {
    Secret secret =
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(name)
            .addToLabels(Names.TOKEN_SOURCE_LABEL, "true")
            .endMetadata()
            .withStringData(entries)
            .build();
    client.resource(secret).create();
  }

  /**
   * A session.
   *
   * @param token its source, with its name
   */
  void create(String name, String token) {
    client
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: mcpsession.dev/v1alpha1
                kind: McpSession
                metadata: {name: %s}
                spec:
                  user: alice
                  token: {%s}
                  podTemplate:
                    spec:
                      nodeSelector: {type: fake}
                      tolerations: [{key: kwok.x-k8s.io/node, operator: Exists}]
                      containers: [{name: backend, image: "busybox:1.35"}]
                """
                    .formatted(name, token),
                McpSession.class))
        .inNamespace(namespace)
        .create();
  }

  McpSession find(String name) {
    return client.resources(McpSession.class).inNamespace(namespace).withName(name).get();
  }

  boolean isServing(String name) {
    McpSessionStatus status = find(name).getStatus();
    return status != null
        && status.conditions() != null
        && status.conditions().stream().anyMatch(one -> one.type().equals("Ready") && one.isTrue());
  }
}

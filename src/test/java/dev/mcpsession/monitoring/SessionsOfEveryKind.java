package dev.mcpsession.monitoring;

import static org.awaitility.Awaitility.await;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.MergePatch;
import dev.mcpsession.issuer.ForgejoIssuer;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * One that serves with a token of an OAuth 2 issuer, one of a template, one whose replacement is
 * refused, two that no node takes, one that was evicted.
 */
record SessionsOfEveryKind(Cluster cluster, ForgejoIssuer issuer) {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** Returns when they are as they are meant to be; an operator has to be at work. */
  void create() {
    String client = "client";
    String grant = "grant";
    secret(client, Map.of("client_id", issuer.clientId(), "client_secret", issuer.clientSecret()));
    secret(grant, Map.of("refresh_token", issuer.newGrant("alice")));
    session(
        "granted",
        "fake",
        "token: {oauth2Refresh: {tokenEndpoint: \"%s\", clientSecretName: %s, grantSecretName: %s}}"
            .formatted(issuer.tokenEndpoint(), client, grant));
    session("refused", "fake", "service: false");
    session("short", "fake", "maxLifetimeSeconds: 1");
    session("homeless-1", "nowhere", "startupTimeoutSeconds: 1");
    session("homeless-2", "nowhere", "startupTimeoutSeconds: 1");
    ofATemplate("templated");
    awaitReason("granted", "Ready", "Serving");
    awaitReason("templated", "Ready", "Serving");
    awaitReason("refused", "Ready", "Serving");
    MergePatch.apply(
        cluster.sessions().withName("refused"),
        "{spec: {podTemplate: {spec: {priorityClassName: no-such-class}}}}");
    awaitReason("refused", "UpToDate", "ReplaceFailed");
    awaitReason("homeless-1", "Ready", "Starting");
    awaitReason("homeless-2", "Ready", "Starting");
    await("eviction of short")
        .atMost(PATIENCE)
        .until(() -> cluster.sessions().withName("short").get() == null);
  }

  private void secret(String name, Map<String, String> data) {
    cluster
        .client()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(cluster.namespace())
                .addToLabels("mcpsession.dev/token-source", "true")
                .endMetadata()
                .withStringData(data)
                .build())
        .create();
  }

  /**
   * @param nodes label of the nodes that it may run on
   * @param field of the spec
   */
  private void session(String name, String nodes, String field) {
    create(
        """
        apiVersion: mcpsession.dev/v1alpha1
        kind: McpSession
        metadata: {name: %s}
        spec:
          user: alice
          %s
          podTemplate:
            spec:
              nodeSelector: {type: %s}
              tolerations: [{key: kwok.x-k8s.io/node, operator: Exists}]
              containers: [{name: backend, image: "busybox:1.35"}]
        """
            .formatted(name, field, nodes));
  }

  private void ofATemplate(String name) {
    create(
        """
        apiVersion: mcpsession.dev/v1alpha1
        kind: McpSessionTemplate
        metadata: {name: tools}
        spec:
          session:
            podTemplate:
              spec:
                nodeSelector: {type: fake}
                tolerations: [{key: kwok.x-k8s.io/node, operator: Exists}]
                containers: [{name: backend, image: "busybox:1.35"}]
        ---
        apiVersion: mcpsession.dev/v1alpha1
        kind: McpSession
        metadata: {name: %s}
        spec: {user: alice, templateRef: {name: tools}}
        """
            .formatted(name));
  }

  private void create(String manifest) {
    cluster
        .client()
        .load(new ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8)))
        .inNamespace(cluster.namespace())
        .create();
  }

  private void awaitReason(String name, String type, String reason) {
    await(name + ": " + type + " " + reason)
        .atMost(PATIENCE)
        .until(() -> says(cluster.sessions().withName(name).get(), type, reason));
  }

  private static boolean says(McpSession session, String type, String reason) {
    return session.getStatus() != null
        && session.getStatus().conditions() != null
        && session.getStatus().conditions().stream()
            .anyMatch(c -> c.type().equals(type) && c.reason().equals(reason));
  }
}

package dev.mcpsession.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.ClusterTest;
import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@ClusterTest
class McpSessionCrdIT {
  private final Cluster cluster;
  private final StoredObjects<McpSession> sessions;

  McpSessionCrdIT(Cluster cluster) {
    this.cluster = cluster;
    this.sessions = StoredObjects.sessions(cluster);
  }

  @BeforeEach
  void removeSessions() {
    sessions.removeAll();
  }

  /** A template may give what is left out, so it must not be hidden by a default. */
  @Test
  void absentFieldsThatATemplateCanGiveStayAbsent() {
    McpSessionSpec spec = sessions.create("alice").getSpec();
    Map<String, Object> stored = new ObjectMapper().convertValue(spec, new TypeReference<>() {});
    assertThat(stored).containsOnlyKeys("user", "suspend", "podTemplate");
  }

  @Test
  void aTokenSourceGetsTheDocumentedDefaults() {
    sessions.create("alice");
    TokenSpec fromSecret =
        sessions.patch("alice", "spec: {token: {secret: {name: a}}}").getSpec().token();
    assertThat(fromSecret)
        .isEqualTo(
            new TokenSpec(
                TokenSpec.DEFAULT_RENEW_BEFORE_SECONDS,
                null,
                TokenSpec.DEFAULT_MOUNT_PATH,
                null,
                new TokenSpec.SecretSource("a", TokenSpec.SecretSource.DEFAULT_TOKEN_KEY, null),
                null,
                null,
                null));
    TokenSpec issued =
        sessions
            .patch("alice", "spec: {token: {secret: null, serviceAccount: {name: a}}}")
            .getSpec()
            .token();
    assertThat(issued.serviceAccount())
        .isEqualTo(
            new TokenSpec.ServiceAccountSource("a", null, TokenSpec.DEFAULT_EXPIRATION_SECONDS));
  }

  @Test
  void anUnknownFieldIsDroppedAndStrictValidationNamesIt() {
    GenericKubernetesResource session = sessions.minimal("alice");
    Map<String, Object> template = session.get("spec", "podTemplate");
    template.put("metadata", Map.of("labels", Map.of("a", "b"), "name", "ignored"));
    session.<Map<String, Object>>get("spec").put("idleTimeout", "15m");

    assertThatThrownBy(
            () -> cluster.client().resource(session).fieldValidation(Validation.STRICT).create())
        .hasMessageContaining("unknown field \"spec.idleTimeout\"")
        .hasMessageContaining("unknown field \"spec.podTemplate.metadata.name\"");

    GenericKubernetesResource stored = cluster.client().resource(session).create();
    assertThat(stored.<Object>get("spec", "idleTimeout")).isNull();
    assertThat(stored.<Map<String, Object>>get("spec", "podTemplate", "metadata"))
        .isEqualTo(Map.of("labels", Map.of("a", "b")));
  }

  @Test
  void aFullPodSpecComesBackAsItWasWritten() {
    GenericKubernetesResource session = sessions.minimal("alice");
    Map<String, Object> podSpec =
        Serialization.unmarshal(
            """
            containers:
            - name: backend
              image: busybox:1.35
              env: [{name: A, value: "1"}, {name: A, value: "2"}]
              ports: [{name: http, containerPort: 8080, protocol: TCP}]
              readinessProbe: {httpGet: {path: /, port: http}}
              resources: {limits: {cpu: 1, memory: 64Mi}, requests: {cpu: 100m}}
              volumeMounts: [{name: scratch, mountPath: /scratch}]
            initContainers: [{name: sidecar, image: "busybox:1.35", restartPolicy: Always}]
            tolerations: [{key: a, operator: Exists, tolerationSeconds: 30}]
            volumes: [{name: scratch, emptyDir: {sizeLimit: 1Gi}}]
            """,
            new TypeReference<Map<String, Object>>() {});
    session.<Map<String, Object>>get("spec", "podTemplate").put("spec", podSpec);
    GenericKubernetesResource stored = cluster.client().resource(session).create();
    assertThat(stored.<Object>get("spec", "podTemplate", "spec")).isEqualTo(podSpec);
  }

  @Test
  void applyingTwiceChangesNothingOnEitherSide() {
    McpSession made = sessions.create("alice");
    String version = made.getMetadata().getResourceVersion();
    assertThat(made.getMetadata().getGeneration()).isOne();

    var again = cluster.client().resource(sessions.minimal("alice"));
    assertThat(again.createOr(NonDeletingOperation::patch).getMetadata().getResourceVersion())
        .isEqualTo(version);
    assertThat(again.forceConflicts().serverSideApply().getMetadata().getGeneration()).isOne();
    version = again.get().getMetadata().getResourceVersion();
    assertThat(again.serverSideApply().getMetadata().getResourceVersion()).isEqualTo(version);
  }

  @Test
  void statusIsWrittenThroughItsSubresourceOnly() {
    McpSession session = sessions.create("alice");
    McpSessionStatus status = status();
    session.setStatus(status);
    McpSession updated = cluster.client().resource(session).update();
    assertThat(updated.getStatus()).isNull();

    updated.setStatus(status);
    McpSession stored = cluster.client().resource(updated).updateStatus();
    assertThat(stored.getStatus()).isEqualTo(status);
    assertThat(stored.getMetadata().getGeneration()).isOne();
  }

  @Test
  void kubectlGetShowsTheColumnsInOrder() throws Exception {
    McpSession session = sessions.create("alice");
    session.setStatus(status());
    cluster.client().resource(session).updateStatus();
    sessions.patch(
        "alice", "metadata: {annotations: {mcpsession.dev/lastActive: '2026-11-21T09:30:00Z'}}");

    var table = getTable();
    assertThat(table.at("/columnDefinitions").findValuesAsText("name"))
        .containsExactly(
            "Name", "USER", "READY", "REASON", "REVISION", "TOKEN-EXPIRES", "LAST-ACTIVE", "AGE");
    assertThat(table.at("/columnDefinitions").findValuesAsText("type"))
        .containsExactly(
            "string", "string", "string", "string", "integer", "string", "string", "date");
    assertThat(table.at("/rows/0/cells"))
        .extracting(cell -> cell.asText())
        .startsWith(
            "alice",
            "alice",
            "True",
            "Serving",
            "4",
            "2026-11-21T10:30:00Z",
            "2026-11-21T09:30:00Z");
  }

  @Test
  void sessionsAreSelectedByUser() throws Exception {
    sessions.create("alice");
    assertThat(cluster.sessions().withField("spec.user", "alice").list().getItems()).hasSize(1);
    assertThat(cluster.sessions().withField("spec.user", "bob").list().getItems()).isEmpty();
  }

  @Test
  void discoveryNamesShortNameCategoryAndStatus() {
    List<APIResource> resources =
        cluster
            .client()
            .getApiResources(McpSession.GROUP + "/" + McpSession.VERSION)
            .getResources();
    assertThat(resources)
        .extracting(APIResource::getName)
        .contains("mcpsessions", "mcpsessions/status");
    APIResource sessions =
        resources.stream().filter(it -> it.getName().equals("mcpsessions")).findAny().orElseThrow();
    assertThat(sessions.getNamespaced()).isTrue();
    assertThat(sessions.getShortNames()).containsExactly("mcps");
    assertThat(sessions.getCategories()).containsExactly("mcp");
  }

  private static McpSessionStatus status() {
    Instant now = Instant.parse("2026-11-21T09:29:58.412Z");
    return new McpSessionStatus(
        1L,
        4,
        "alice-4",
        "http://10.0.0.7:8080/mcp",
        Instant.parse("2026-11-21T10:30:00Z"),
        Instant.parse("2026-11-21T10:24:41Z"),
        now,
        now,
        new McpSessionStatus.Attempt(5, Cause.TOKEN, now, "0123456789abcdef"),
        0,
        now,
        List.of(new Condition("Ready", Condition.TRUE, 1L, now, Reason.Serving.name(), "")));
  }

  /** What kubectl get asks for. */
  private JsonNode getTable() throws Exception {
    var http = cluster.client().getHttpClient();
    var request =
        http.newHttpRequestBuilder()
            .uri(
                cluster.client().getMasterUrl()
                    + "apis/mcpsession.dev/v1alpha1/namespaces/"
                    + cluster.namespace()
                    + "/mcpsessions")
            .header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")
            .build();
    return new ObjectMapper()
        .readTree(http.sendAsync(request, String.class).get(10, TimeUnit.SECONDS).body());
  }
}

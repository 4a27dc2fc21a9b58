package dev.mcpsession.cli.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.Names;
import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.cluster.MergePatch;
import dev.mcpsession.plan.timing.RenewalPolicy;
import dev.mcpsession.resources.Child;
import dev.mcpsession.stored.StoredSession;
import dev.mcpsession.token.SourceSecret;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.TokenInfo;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes a namespace what it was when an earlier version had worked there: its CRD stores each
 * session, and children and status are as its operator left them.
 */
final class EarlierVersion {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Cluster cluster;
  private final KubernetesClient client;
  private final String namespace;
  private final Map<String, Secret> sources = new LinkedHashMap<>();

  EarlierVersion(Cluster cluster) {
    this.cluster = cluster;
    this.client = cluster.client();
    this.namespace = cluster.namespace();
  }

  void install() {
    cluster.replaceCrd(StoredSession.crd());
    awaitDefaultsOf(StoredSession.crd());
    for (Secret source : StoredSession.sources()) {
      sources.put(source.getMetadata().getName(), create(source));
    }
  }

  /** Creates the session and what belongs to it, all of which is at rest then. */
  void create(String name) throws TokenFailure {
    StoredSession stored = StoredSession.of(name).readAt(Instant.now());
    GenericKubernetesResource session = stored.sessionDocument();
    Object storedSpec = session.get("spec");
    session.setAdditionalProperty("spec", stored.writtenDocument());
    session.getAdditionalProperties().remove("status");
    GenericKubernetesResource created = create(session);
    Object actual = created.get("spec");
    assertThat(actual).as("%s as its CRD stores it, with the defaults", name).isEqualTo(storedSpec);
    String uid = created.getMetadata().getUid();
    stored = stored.with(stored.session().getMetadata().getUid(), uid);
    stored = withActualVersion(withActualRenewal(stored, uid));
    create(stored.tokenSecret());
    create(stored.service());
    Pod pod = create(stored.pod());
    if (pod != null) {
      stored = withActualAddress(stored, pod);
    }
    MergePatch.apply(
        client.resource(created).subresource("status"),
        Serialization.asYaml(Map.of("status", stored.sessionDocument().get("status"))));
  }

  /** The jitter comes from the session's uid, which is another one here. */
  private StoredSession withActualRenewal(StoredSession stored, String uid) {
    Pod pod = stored.pod();
    Instant recorded = stored.session().getStatus().renewalTime();
    TokenInfo token = pod == null ? null : Child.token(pod.getMetadata().getAnnotations());
    McpSessionSpec spec = stored.session().getSpec();
    if (recorded == null || token == null || spec.token() == null) {
      return stored;
    }
    Instant actual = RenewalPolicy.renewalTime(token, spec.token().renewBefore(), uid);
    return stored.with(recorded.toString(), String.valueOf(actual));
  }

  /** What is read from a Secret has a version that comes from the Secret's uid. */
  private StoredSession withActualVersion(StoredSession stored) throws TokenFailure {
    Pod pod = stored.pod();
    String recorded =
        pod == null ? null : pod.getMetadata().getAnnotations().get(Names.TOKEN_VERSION);
    if (recorded == null) {
      return stored;
    }
    SourceSecret source = SourceSecret.of("source", sources.get("source"));
    return stored.with(recorded, source.fingerprint(null, source.text("token")));
  }

  private StoredSession withActualAddress(StoredSession stored, Pod created) {
    Pod ready = client.resource(created).waitUntilReady(60, TimeUnit.SECONDS);
    return stored.with(
        Objects.requireNonNull(stored.pod()).getStatus().getPodIP(), ready.getStatus().getPodIP());
  }

  private <T extends @Nullable HasMetadata> T create(T object) {
    if (object == null) {
      return object;
    }
    object.getMetadata().setNamespace(namespace);
    object.getMetadata().setUid(null);
    return client.resource(object).create();
  }

  /** Waits until the API server works with this version of the CRD. */
  void awaitDefaultsOf(CustomResourceDefinition crd) {
    StoredSession minimal = StoredSession.of("defaults");
    Set<String> expected = new HashSet<>(minimal.writtenDocument().keySet());
    schema(crd)
        .forEach(
            (name, property) -> {
              if (property.getDefault() != null) {
                expected.add(name);
              }
            });
    GenericKubernetesResource asked = minimal.sessionDocument();
    asked.getMetadata().setNamespace(namespace);
    asked.getMetadata().setName("only-asked-for");
    asked.setAdditionalProperty("spec", minimal.writtenDocument());
    asked.getAdditionalProperties().remove("status");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              GenericKubernetesResource answer = client.resource(asked).dryRun().create();
              Map<String, Object> spec = answer.get("spec");
              assertThat(spec.keySet()).isEqualTo(expected);
            });
  }

  private static Map<String, JSONSchemaProps> schema(CustomResourceDefinition crd) {
    return crd.getSpec()
        .getVersions()
        .getFirst()
        .getSchema()
        .getOpenAPIV3Schema()
        .getProperties()
        .get("spec")
        .getProperties();
  }
}

package dev.mcpsession.cli.secrecy;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import dev.mcpsession.api.McpConnection;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.Names;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Every version of every object of a namespace, as users with the right to read it saw it. What the
 * data of Secrets hold is noted apart, but for that of sign-ins, and so is what nodes say of Pods:
 * that is not the operator's.
 */
final class SeenObjects implements AutoCloseable {
  /** Keys whose values everybody may see. */
  private static final Set<String> PUBLIC =
      Set.of("client_id", "expires_at", "expiresAt", "ca.crt", "namespace");

  private final KubernetesClient client;
  private final String namespace;
  private final SecretValues values;
  private final List<SharedIndexInformer<?>> informers = new ArrayList<>();
  private final Map<String, String> places = new ConcurrentHashMap<>();
  private final Map<String, String> words = new ConcurrentHashMap<>();
  private final Set<String> data = ConcurrentHashMap.newKeySet();

  /**
   * @param values gets what the data of Secrets hold
   */
  SeenObjects(KubernetesClient client, String namespace, SecretValues values) {
    this.client = client;
    this.namespace = namespace;
    this.values = values;
    watch(McpSession.class);
    watch(McpConnection.class);
    watch(Pod.class);
    watch(Service.class);
    watch(Secret.class);
    watch(Event.class);
    watch(Lease.class);
  }

  /** Which values stand in what was seen. */
  List<String> leaks() {
    return places.entrySet().stream()
        .flatMap(seen -> values.leaks(seen.getValue(), seen.getKey()).stream())
        .toList();
  }

  /** Which values stand in what nodes and others say: in the status of Pods and in their Events. */
  List<String> saidByOthers() {
    return words.entrySet().stream()
        .flatMap(seen -> values.leaks(seen.getValue(), seen.getKey()).stream())
        .toList();
  }

  /** The data of all Secrets as they were read. */
  String data() {
    return String.join("\n", data);
  }

  /** Whether any of it did. */
  boolean says(String words) {
    return places.keySet().stream().anyMatch(text -> text.contains(words));
  }

  /** Whether a version of one object does, such as "Pod alice-1". */
  boolean says(String object, String words) {
    return places.entrySet().stream()
        .anyMatch(seen -> seen.getValue().equals(object) && seen.getKey().contains(words));
  }

  /** How many versions of objects of a kind. */
  long count(String kind) {
    return places.values().stream().filter(place -> place.startsWith(kind + " ")).count();
  }

  private <T extends HasMetadata> void watch(Class<T> kind) {
    informers.add(
        client
            .resources(kind)
            .inNamespace(namespace)
            .inform(
                new ResourceEventHandler<>() {
                  @Override
                  public void onAdd(T object) {
                    see(object);
                  }

                  @Override
                  public void onUpdate(T before, T object) {
                    see(object);
                  }

                  @Override
                  public void onDelete(T object, boolean unknown) {
                    see(object);
                  }
                }));
  }

  private void see(HasMetadata object) {
    String place = object.getKind() + " " + object.getMetadata().getName();
    if (object instanceof Secret secret) {
      if (isSignIn(secret)) {
        sayWhatItHolds(place, secret.getData());
      } else {
        note(place, secret.getData());
      }
      places.put(Serialization.asJson(secret.toBuilder().withData(null).build()), place);
    } else if (object instanceof Pod pod) {
      words.put(Serialization.asJson(pod.getStatus()), place);
      places.put(Serialization.asJson(pod.toBuilder().withStatus(null).build()), place);
    } else if (object instanceof Event event
        && !Names.MANAGED_BY.equals(event.getReportingComponent())) {
      words.put(Serialization.asJson(event), place);
    } else {
      places.put(Serialization.asJson(object), place);
    }
  }

  /** It is to hold only hashes, and what everybody may know. */
  private static boolean isSignIn(Secret secret) {
    Map<String, String> labels = secret.getMetadata().getLabels();
    return labels != null && "true".equals(labels.get("mcpsession.dev/sign-in"));
  }

  private void sayWhatItHolds(String place, @Nullable Map<String, String> entries) {
    if (entries != null) {
      entries.values().forEach(encoded -> places.put(decoded(encoded), place));
    }
  }

  private static String decoded(String encoded) {
    return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
  }

  private void noteKeys(String secret, String keySet) {
    try {
      for (JWK key : JWKSet.parse(keySet).getKeys()) {
        String name = "key " + key.getKeyID() + " of " + secret;
        values.add(
            name,
            key instanceof ECKey pair
                ? pair.getD().toString()
                : key.toOctetSequenceKey().getKeyValue().toString());
      }
    } catch (ParseException e) {
      throw new IllegalStateException(e);
    }
  }

  private void note(String secret, @Nullable Map<String, String> entries) {
    if (entries != null) {
      entries.forEach(
          (key, encoded) -> {
            data.add(encoded);
            if (key.equals("keys.json")) {
              noteKeys(secret, decoded(encoded));
            } else if (!PUBLIC.contains(key)) {
              values.add(key + " of " + secret, decoded(encoded));
            }
          });
    }
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::close);
  }
}

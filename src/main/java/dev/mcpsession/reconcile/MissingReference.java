package dev.mcpsession.reconcile;

import io.fabric8.kubernetes.api.model.ConfigMapKeySelector;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Names the Secret, ConfigMap or key that a container waits for. The kubelet's sentence is compared
 * with what it would say of each reference of the spec, so that only names of the spec are shown.
 */
final class MissingReference {
  private MissingReference() {}

  /** What is missing, as the rest of a sentence; empty if the kubelet says something else. */
  static String in(String said, Container spec, String namespace) {
    Map<String, String> sentences = new HashMap<>();
    for (EnvVar variable : orNone(spec.getEnv())) {
      if (variable.getValueFrom() == null) {
        continue;
      }
      SecretKeySelector secret = variable.getValueFrom().getSecretKeyRef();
      ConfigMapKeySelector map = variable.getValueFrom().getConfigMapKeyRef();
      if (secret != null) {
        add(sentences, "Secret", secret.getName(), secret.getKey(), namespace);
      } else if (map != null) {
        add(sentences, "ConfigMap", map.getName(), map.getKey(), namespace);
      }
    }
    for (EnvFromSource source : orNone(spec.getEnvFrom())) {
      if (source.getSecretRef() != null) {
        add(sentences, "Secret", source.getSecretRef().getName(), null, namespace);
      } else if (source.getConfigMapRef() != null) {
        add(sentences, "ConfigMap", source.getConfigMapRef().getName(), null, namespace);
      }
    }
    return sentences.getOrDefault(said, "");
  }

  private static void add(
      Map<String, String> sentences,
      String kind,
      String name,
      @Nullable String key,
      String namespace) {
    sentences.put(
        kind.toLowerCase(java.util.Locale.ROOT) + " \"" + name + "\" not found",
        ", " + kind + " " + name + " not found");
    if (key != null) {
      sentences.put(
          "couldn't find key " + key + " in " + kind + " " + namespace + "/" + name,
          ", key " + key + " not found in " + kind + " " + name);
    }
  }

  private static <T> Collection<T> orNone(@Nullable Collection<T> list) {
    return list == null ? java.util.List.of() : list;
  }
}

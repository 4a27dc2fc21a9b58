package dev.mcpsession.token.grant;

import dev.mcpsession.api.Names;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Secrets in memory, with the API server's preconditions and with faults on demand. */
public final class GrantSecrets implements GrantStore {
  /** What goes wrong with a write. */
  enum Fault {
    CONFLICT,
    /** Refused before anything was stored. */
    AWAY,
    /** Stored, but the answer was lost. */
    ANSWER_LOST
  }

  private final Map<String, Secret> secrets = new ConcurrentHashMap<>();
  private final ArrayDeque<Runnable> beforeWrites = new ArrayDeque<>();
  private final ArrayDeque<Fault> faults = new ArrayDeque<>();
  private int version = 1;
  private boolean readFails;
  int writes;

  public synchronized void put(String name, Map<String, String> values) {
    Map<String, String> data = new TreeMap<>();
    values.forEach(
        (key, value) ->
            data.put(
                key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
    Secret old = secrets.get(name);
    secrets.put(
        name,
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace("team")
            .withName(name)
            .withUid(old == null ? "uid-" + name : old.getMetadata().getUid())
            .withResourceVersion(Integer.toString(version++))
            .withAnnotations(old == null ? null : old.getMetadata().getAnnotations())
            .addToLabels(Names.TOKEN_SOURCE_LABEL, "true")
            .endMetadata()
            .withData(data)
            .build());
  }

  void delete(String name) {
    secrets.remove(name);
  }

  void unlabel(String name) {
    secrets.computeIfPresent(
        name,
        (key, secret) ->
            new SecretBuilder(secret).editMetadata().withLabels(null).endMetadata().build());
  }

  void makeImmutable(String name) {
    secrets.computeIfPresent(
        name, (key, secret) -> new SecretBuilder(secret).withImmutable(true).build());
  }

  synchronized void annotate(String name, String key, String value) {
    Secret old = Objects.requireNonNull(secrets.get(name));
    secrets.put(
        name,
        new SecretBuilder(old)
            .editMetadata()
            .addToAnnotations(key, value)
            .withResourceVersion(Integer.toString(version++))
            .endMetadata()
            .build());
  }

  /** The next read gets no answer. */
  synchronized void failRead() {
    readFails = true;
  }

  /** At the next write that has no other fault. */
  synchronized void fail(Fault fault) {
    faults.add(fault);
  }

  /** Once, right before the next write. */
  synchronized void beforeWrite(Runnable what) {
    beforeWrites.add(what);
  }

  String value(String name, String key) {
    String encoded = Objects.requireNonNull(secrets.get(name)).getData().get(key);
    return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
  }

  @Nullable String annotation(String name, String key) {
    Map<String, String> annotations =
        Objects.requireNonNull(secrets.get(name)).getMetadata().getAnnotations();
    return annotations == null ? null : annotations.get(key);
  }

  public @Nullable Secret find(String namespace, String name) {
    return secrets.get(name);
  }

  @Override
  public synchronized @Nullable Secret read(String namespace, String name) {
    if (readFails) {
      readFails = false;
      throw new KubernetesClientException("away", -1, null);
    }
    return find(namespace, name);
  }

  @Override
  public synchronized Secret replace(Secret secret) {
    writes++;
    Runnable before = beforeWrites.poll();
    if (before != null) {
      before.run();
    }
    Fault fault = faults.poll();
    if (fault == Fault.AWAY) {
      throw new KubernetesClientException("away", -1, null);
    }
    String name = secret.getMetadata().getName();
    Secret old = secrets.get(name);
    if (old == null) {
      throw new KubernetesClientException("gone", 404, null);
    }
    if (fault == Fault.CONFLICT
        || !old.getMetadata()
            .getResourceVersion()
            .equals(secret.getMetadata().getResourceVersion())) {
      throw new KubernetesClientException("conflict", 409, null);
    }
    Secret stored =
        new SecretBuilder(secret)
            .editMetadata()
            .withResourceVersion(Integer.toString(version++))
            .endMetadata()
            .build();
    secrets.put(name, stored);
    if (fault == Fault.ANSWER_LOST) {
      throw new KubernetesClientException("lost", -1, null);
    }
    return stored;
  }
}

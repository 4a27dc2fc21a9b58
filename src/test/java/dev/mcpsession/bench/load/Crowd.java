package dev.mcpsession.bench.load;

import dev.mcpsession.api.McpSession;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Sessions that are alike, with simulated Pods that are Ready at once. */
public record Crowd(Arena arena, List<String> names, String manifest) {
  /** Concurrent requests, as a busy client makes, so that the client is not the bottleneck. */
  private static final int AT_A_TIME = 32;

  /** Sessions with a Kubernetes token. */
  public static Crowd of(Arena arena, String prefix, int size, String specFields) {
    String manifest =
        """
        apiVersion: mcpsession.dev/v1alpha1
        kind: McpSession
        metadata: {name: NAME}
        spec:
          user: NAME
          FIELDS
          podTemplate:
            spec:
              nodeSelector: {type: fake}
              tolerations: [{key: kwok.x-k8s.io/node, operator: Exists}]
              containers:
              - name: backend
                image: registry.example/mcp:1
        """
            .replace("FIELDS", specFields.strip().replace("\n", "\n  "));
    List<String> names = IntStream.range(0, size).mapToObj(i -> prefix + "-" + i).toList();
    return new Crowd(arena, names, manifest);
  }

  /** Applies all sessions at once. */
  public void apply() throws Exception {
    each(
        name ->
            arena
                .client()
                .resource(Serialization.unmarshal(manifest.replace("NAME", name), McpSession.class))
                .inNamespace(arena.namespace())
                .create());
  }

  /** Changes each session by a merge patch. */
  public void patch(String json) throws Exception {
    each(name -> patch(name, json));
  }

  public void patch(String name, String json) {
    arena
        .client()
        .resources(McpSession.class)
        .inNamespace(arena.namespace())
        .withName(name)
        .patch(PatchContext.of(PatchType.JSON_MERGE), json);
  }

  public void touch(String name, Instant lastActive) {
    patch(name, annotation("lastActive", lastActive));
  }

  public static String annotation(String name, Instant value) {
    return "{\"metadata\":{\"annotations\":{\"mcpsession.dev/%s\":\"%s\"}}}".formatted(name, value);
  }

  public void each(Consumer<String> what) throws Exception {
    try (var threads = Executors.newFixedThreadPool(AT_A_TIME, Thread.ofVirtual().factory())) {
      List<? extends Future<?>> all =
          names.stream().map(name -> threads.submit(() -> what.accept(name))).toList();
      for (Future<?> one : all) {
        one.get();
      }
    }
  }
}

package dev.mcpsession.gateway.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.session.SessionView;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An API server with sessions and templates of one namespace, and a cache of it that shows changes
 * at once, or when a test says so.
 */
final class ModelCluster implements SessionView, SessionApi {
  static final McpResource RESOURCE = new McpResource("team", "forgejo");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Map<String, McpSession> stored = new HashMap<>();
  private final Map<String, McpSession> shown = new HashMap<>();
  private final Deque<Runnable> hidden = new ArrayDeque<>();
  private final List<Listener> listeners = new ArrayList<>();
  private final Map<String, Integer> requests = new HashMap<>();
  private @Nullable McpSessionTemplate template;
  private @Nullable RuntimeException failure;
  private long version = 1000;
  private boolean lags;
  private boolean synced = true;

  ModelCluster() {
    offer("{podTemplate: {spec: {containers: []}}}");
  }

  /** Makes or changes the template. */
  void offer(String session) {
    offer(session, "null");
  }

  /** Makes or changes the template, for which users may sign in. */
  void offer(String session, String signIn) {
    McpSessionTemplate now =
        Serialization.unmarshal(
            """
            apiVersion: mcpsession.dev/v1alpha1
            kind: McpSessionTemplate
            metadata: {name: forgejo, namespace: team, uid: template-uid}
            spec: {signIn: %s, session: %s}
            """
                .formatted(signIn.strip(), session.strip()),
            McpSessionTemplate.class);
    McpSessionTemplate before = template;
    template = now;
    listeners.forEach(it -> it.templateChanged(before, now));
  }

  void withdrawOffer() {
    McpSessionTemplate before = template;
    template = null;
    listeners.forEach(it -> it.templateChanged(before, null));
  }

  void unsynced() {
    synced = false;
  }

  /** From now on the cache shows nothing new. */
  synchronized void lag() {
    lags = true;
  }

  /** The cache catches up. */
  void catchUp() {
    synchronized (this) {
      lags = false;
    }
    for (Runnable next = hidden.poll(); next != null; next = hidden.poll()) {
      next.run();
    }
  }

  /** Every request fails from now on; null: none does. */
  synchronized void fail(@Nullable RuntimeException failure) {
    this.failure = failure;
  }

  static KubernetesClientException refusal(int code, String message) {
    return new KubernetesClientException(
        message, code, new StatusBuilder().withCode(code).withMessage(message).build());
  }

  /** How many requests of this verb there were. */
  synchronized int requests(String verb) {
    return requests.getOrDefault(verb, 0);
  }

  private void count(String verb) {
    requests.merge(verb, 1, Integer::sum);
    if (failure != null) {
      throw failure;
    }
  }

  /** The only session. */
  synchronized McpSession only() {
    if (stored.size() != 1) {
      throw new AssertionError(stored.keySet());
    }
    return copy(stored.values().iterator().next());
  }

  synchronized int sessions() {
    return stored.size();
  }

  @Override
  public McpSession create(McpSession session) {
    McpSession made = copy(session);
    synchronized (this) {
      count("create");
      if (stored.containsKey(session.getMetadata().getName())) {
        throw refusal(
            409, "mcpsessions \"" + session.getMetadata().getName() + "\" already exists");
      }
      made.getMetadata().setUid(UUID.randomUUID().toString());
      store(made);
    }
    show(null, made);
    return copy(made);
  }

  @Override
  public @Nullable McpSession read(String namespace, String name) {
    synchronized (this) {
      count("read");
      McpSession found = stored.get(name);
      return found == null ? null : copy(found);
    }
  }

  @Override
  public McpSession patch(String namespace, String name, String patch) {
    McpSession before;
    McpSession now;
    synchronized (this) {
      count("patch");
      before = stored.get(name);
      if (before == null) {
        throw refusal(404, "not found");
      }
      now = patched(before, patch);
      store(now);
    }
    show(before, now);
    return copy(now);
  }

  private static McpSession patched(McpSession session, String patch) {
    try {
      JsonNode document = MAPPER.readTree(Serialization.asJson(session));
      ArrayNode operations = (ArrayNode) MAPPER.readTree(patch);
      for (JsonNode operation : operations) {
        if (operation.path("op").asText().equals("test")
            && !document.at(operation.path("path").asText()).equals(operation.path("value"))) {
          throw refusal(422, "the server rejected our request due to an error in our request");
        }
      }
      JsonNode changed = JsonPatch.apply(operations, document);
      return Serialization.unmarshal(changed.toString(), McpSession.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Somebody, such as the operator, changes a session. */
  void change(String name, Consumer<McpSession> change) {
    McpSession before;
    McpSession now;
    synchronized (this) {
      before = Objects.requireNonNull(stored.get(name), name);
      now = copy(before);
      change.accept(now);
      store(now);
    }
    show(before, now);
  }

  /** The operator writes a status, given as YAML. */
  void status(String name, String status) {
    change(
        name,
        session -> session.setStatus(Serialization.unmarshal(status, McpSessionStatus.class)));
  }

  void delete(String name) {
    McpSession before;
    synchronized (this) {
      before = Objects.requireNonNull(stored.remove(name), name);
    }
    show(before, null);
  }

  private void store(McpSession session) {
    session.getMetadata().setResourceVersion(Long.toString(++version));
    stored.put(session.getMetadata().getName(), session);
  }

  private void show(@Nullable McpSession before, @Nullable McpSession now) {
    Runnable event =
        () -> {
          McpSession any = Objects.requireNonNull(now == null ? before : now);
          synchronized (this) {
            if (now == null) {
              shown.remove(any.getMetadata().getName());
            } else {
              shown.put(any.getMetadata().getName(), CachedSession.trim(copy(now)));
            }
          }
          listeners.forEach(it -> it.sessionChanged(before, now));
        };
    synchronized (this) {
      if (lags) {
        hidden.add(event);
        return;
      }
    }
    event.run();
  }

  private static McpSession copy(McpSession session) {
    return Serialization.unmarshal(Serialization.asJson(session), McpSession.class);
  }

  @Override
  public synchronized @Nullable McpSession session(String namespace, String name) {
    return shown.get(name);
  }

  @Override
  public @Nullable McpSessionTemplate template(String namespace, String name) {
    return RESOURCE.equals(new McpResource(namespace, name)) ? template : null;
  }

  @Override
  public List<McpSessionTemplate> templates() {
    return template == null ? List.of() : List.of(template);
  }

  @Override
  public boolean isSynced() {
    return synced;
  }

  @Override
  public void listen(Listener listener) {
    listeners.add(listener);
  }
}

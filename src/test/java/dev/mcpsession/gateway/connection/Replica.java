package dev.mcpsession.gateway.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.gateway.connection.ModelConnectionApi.Change;
import dev.mcpsession.gateway.kubernetes.ApiCalls;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.route.User;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connection.Binding;
import dev.mcpsession.gateway.session.Connections.Creation;
import dev.mcpsession.gateway.session.Connections.Lookup;
import dev.mcpsession.gateway.session.SessionName;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One replica's connections on a model of the API server, with its own caches. */
final class Replica {
  static final McpResource FORGEJO = new McpResource("team", "forgejo");
  static final User ALICE = user("alice-123");
  static final SessionKeys KEYS = SessionKeys.generated(new SecureRandom());

  /** Of this replica and of the others. */
  static final class Time {
    Instant now = Instant.parse("2026-11-27T12:00:00Z");

    void move(Duration time) {
      now = now.plus(time);
    }
  }

  final ConnectionStore store;
  final ModelSessionView sessions = new ModelSessionView();
  boolean apiSilent;

  /** Requests that wait for {@link #send}; null: each is sent at once. */
  final Queue<Runnable> held = new ArrayDeque<>();

  boolean holds;
  private final ModelConnectionApi api;
  private int seen;

  Replica(ModelConnectionApi api, Time time) {
    this.api = api;
    store =
        new ConnectionStore(
            new SessionIds(KEYS, new SecureRandom()),
            api,
            ApiCalls.on(
                request -> {
                  if (holds) {
                    held.add(request);
                  } else {
                    request.run();
                  }
                }),
            sessions,
            () -> apiSilent,
            () -> time.now,
            () -> Duration.between(Instant.EPOCH, time.now).toNanos());
  }

  /** Sends what was held. */
  void send() {
    holds = false;
    while (!held.isEmpty()) {
      held.remove().run();
    }
  }

  /** Its informer shows what has happened so far. */
  void watch() {
    while (seen < api.changes.size()) {
      Change change = api.changes.get(seen++);
      store.shown(change.before(), change.now());
    }
  }

  /** Its informer shows nothing of what has happened so far, as after a broken watch. */
  void missAll() {
    seen = api.changes.size();
  }

  static User user(String subject) {
    return new User(new Owner("https://sso.example/realms/staff", subject), "alice");
  }

  static McpSession session(String uid) {
    return Serialization.unmarshal(
        """
        metadata: {namespace: team, name: %s, uid: %s}
        spec: {user: alice, templateRef: {name: forgejo}}
        """
            .formatted(SessionName.of(FORGEJO, ALICE.owner()), uid),
        McpSession.class);
  }

  /** To the backend of this revision, whose address follows from its number. */
  static Binding binding(int revision, @Nullable String backendSessionId) {
    return new Binding(
        revision,
        Optional.ofNullable(backendSessionId),
        Optional.of(URI.create("http://10.0.0." + revision + ":8000/mcp")));
  }

  static ObjectNode initialize() {
    return JsonNodeFactory.instance.objectNode().put("protocolVersion", "2025-11-25");
  }

  CompletionStage<Creation> creation(String id, McpSession session, ObjectNode initialize) {
    return store.create(
        id,
        FORGEJO,
        ALICE,
        SessionKey.of(session),
        "2025-11-25",
        "inspector",
        initialize,
        binding(1, "backend-secret-1"));
  }

  /** A new id that is stored. */
  String create(McpSession session) {
    String id = store.newId(FORGEJO, ALICE);
    assertThat(now(creation(id, session, initialize()))).isInstanceOf(Creation.Created.class);
    return id;
  }

  Lookup find(String id) {
    return now(store.find(id, FORGEJO, ALICE));
  }

  Connection found(String id) {
    assertThat(find(id)).isInstanceOf(Lookup.Found.class);
    return ((Lookup.Found) find(id)).connection();
  }

  /** The result of what is over. */
  static <T> T now(CompletionStage<T> stage) {
    CompletableFuture<T> future = stage.toCompletableFuture();
    assertThat(future).isCompleted();
    return future.join();
  }

  /** The requests that this takes. */
  int requests(Supplier<?> action) {
    int before = api.requests.size();
    var unused = action.get();
    return api.requests.size() - before;
  }
}

package dev.mcpsession.gateway.connection;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mcpsession.api.McpConnection;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.gateway.connection.KnownConnections.ObjectKey;
import dev.mcpsession.gateway.kubernetes.ApiCalls;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.route.Preference;
import dev.mcpsession.gateway.route.User;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connection.Binding;
import dev.mcpsession.gateway.session.Connections;
import dev.mcpsession.gateway.session.SessionName;
import dev.mcpsession.gateway.session.SessionView;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * MCP session ids as McpConnection objects, which an informer keeps this replica told of. What this
 * replica wrote itself holds at once, before the informer shows it.
 */
final class ConnectionStore implements Connections {
  private final SessionIds ids;
  private final ConnectionApi api;
  private final ApiCalls calls;
  private final BooleanSupplier apiSilent;
  private final LongSupplier nanoTime;
  private final KnownConnections known = new KnownConnections();
  private final ConnectionLookup lookup;
  private final UseReports uses;
  private final ConnectionCreation creation;
  private final PreferenceWrites preferences;
  private final StreamPlaces streams = new StreamPlaces(this::patch);

  /**
   * Listens to the sessions.
   *
   * @param apiSilent whether requests to the API server have been waiting in vain for an answer;
   *     must return at once
   */
  ConnectionStore(
      SessionIds ids,
      ConnectionApi api,
      ApiCalls calls,
      SessionView sessions,
      BooleanSupplier apiSilent,
      InstantSource clock,
      LongSupplier nanoTime) {
    this(ids, api, calls, sessions, apiSilent, clock, ConnectionStore::later, nanoTime);
  }

  /**
   * The same, by another timer.
   *
   * @param timer for what has to be tried again
   */
  ConnectionStore(
      SessionIds ids,
      ConnectionApi api,
      ApiCalls calls,
      SessionView sessions,
      BooleanSupplier apiSilent,
      InstantSource clock,
      PreferenceWrites.Timer timer,
      LongSupplier nanoTime) {
    this.ids = ids;
    this.api = api;
    this.calls = calls;
    this.apiSilent = apiSilent;
    this.nanoTime = nanoTime;
    lookup = new ConnectionLookup(known, api, calls, sessions, apiSilent, nanoTime);
    creation =
        new ConnectionCreation(
            known, api, this::call, sessions, clock, nanoTime, this::added, this::end);
    uses = new UseReports(known, this::patch, creation::isFull, clock);
    preferences = new PreferenceWrites(known, api, this::call, timer, nanoTime);
    sessions.listen(new SessionEnds());
  }

  /** The informer shows a change. */
  void shown(@Nullable McpConnection before, @Nullable McpConnection now) {
    if (now != null) {
      if (known.put(now, true, nanoTime.getAsLong())) {
        added(now.getSpec().sessionUid());
      }
      streams.shown(before, now);
    } else if (before != null) {
      ConnectionObjects.read(before)
          .ifPresent(gone -> known.gone(ObjectKey.of(gone), gone.session().uid()));
    }
  }

  private void added(String sessionUid) {
    uses.added(sessionUid);
  }

  @Override
  public String newId(McpResource resource, User user) {
    return ids.mint(resource, user.owner());
  }

  @Override
  public CompletionStage<Lookup> find(String id, McpResource resource, User user) {
    if (!ids.isGenuine(id, resource, user.owner())) {
      return CompletableFuture.completedFuture(new Lookup.Unknown());
    }
    ObjectKey key = new ObjectKey(resource.namespace(), SessionIds.connectionName(id));
    return lookup
        .find(key, SessionName.of(resource, user.owner()))
        .thenApply(
            found ->
                found instanceof Lookup.Found(var connection) && !isOf(connection, resource, user)
                    ? new Lookup.Unknown()
                    : found);
  }

  /** Somebody may have made an object of this name who is no gateway. */
  private static boolean isOf(Connection connection, McpResource resource, User user) {
    return connection.resource().equals(resource)
        && connection.ownerHash().equals(SessionName.ownerHash(user.owner()));
  }

  @Override
  public CompletionStage<Creation> create(
      String id,
      McpResource resource,
      User user,
      SessionKey session,
      String protocolVersion,
      String clientName,
      JsonNode initialize,
      Binding binding) {
    return creation.create(
        id, resource, user, session, protocolVersion, clientName, initialize, binding);
  }

  @Override
  public CompletionStage<Rebinding> rebind(Connection seen, Binding binding) {
    return call(() -> rebindNow(seen, binding))
        .exceptionally(
            failure -> {
              ApiProblem why = ApiProblem.of(failure, "bind " + seen + " anew");
              return new Rebinding.Failed(why.message(), why.apiAway());
            });
  }

  private Rebinding rebindNow(Connection seen, Binding binding) {
    try {
      return ConnectionObjects.read(patchNow(seen, ConnectionObjects.rebind(seen, binding)))
          .<Rebinding>map(Rebinding.Moved::new)
          .orElseGet(Rebinding.Gone::new);
    } catch (RuntimeException e) {
      // Another replica was faster, or it has ended, or the answer was lost.
      McpConnection found = api.read(seen.session().namespace(), seen.name());
      if (found == null) {
        known.gone(ObjectKey.of(seen), seen.session().uid());
        return new Rebinding.Gone();
      }
      known.put(found, false, nanoTime.getAsLong());
      Connection current = ConnectionObjects.read(found).orElse(seen);
      if (current.binding().equals(binding)) {
        return new Rebinding.Moved(current);
      }
      if (current.binding().equals(seen.binding())) {
        throw e;
      }
      return new Rebinding.Lost(current);
    }
  }

  @Override
  public CompletionStage<Optional<Connection>> remember(Connection seen, Preference preference) {
    return preferences.remember(seen, preference);
  }

  @Override
  public CompletionStage<Boolean> takeStream(Connection seen) {
    return streams.take(seen);
  }

  @Override
  public void onStreamTaken(Consumer<String> listener) {
    streams.listen(listener);
  }

  private static void later(Duration delay, Runnable task) {
    CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS).execute(task);
  }

  @Override
  public CompletionStage<Ending> end(Connection connection) {
    ObjectKey key = ObjectKey.of(connection);
    return call(() -> {
          api.delete(key.namespace(), key.name(), connection.uid());
          return null;
        })
        .handle(
            (nothing, failure) -> {
              if (failure != null
                  && !ApiProblem.isGone(failure)
                  && !ApiProblem.isConflict(failure)) {
                ApiProblem why = ApiProblem.of(failure, "delete " + connection);
                return new Ending.Failed(why.message(), why.apiAway(), why.status());
              }
              known.gone(key, connection.session().uid());
              return new Ending.Ended();
            });
  }

  /** Ends those of a session that this replica knows; the others end with it. */
  CompletionStage<Void> endOfSession(SessionKey session) {
    return CompletableFuture.allOf(
        known.ofSession(session.uid()).stream()
            .map(it -> end(it.connection()).toCompletableFuture())
            .toArray(CompletableFuture[]::new));
  }

  @Override
  public void used(Connection connection) {
    uses.used(connection);
  }

  private CompletableFuture<McpConnection> patch(Connection connection, String patch) {
    return call(() -> patchNow(connection, patch));
  }

  private McpConnection patchNow(Connection connection, String patch) {
    McpConnection patched = api.patch(connection.session().namespace(), connection.name(), patch);
    known.put(patched, false, nanoTime.getAsLong());
    return patched;
  }

  private <T> CompletableFuture<T> call(Supplier<T> request) {
    return apiSilent.getAsBoolean()
        ? CompletableFuture.failedFuture(new TimeoutException())
        : calls.call(request);
  }

  /** A session's connections end with it, whenever the garbage collector comes to them. */
  private final class SessionEnds implements SessionView.Listener {
    @Override
    public void sessionChanged(@Nullable McpSession before, @Nullable McpSession now) {
      if (now != null && now.isMarkedForDeletion()) {
        ended(now);
      } else if (before != null && (now == null || !uid(now).equals(uid(before)))) {
        ended(before);
      }
    }

    private void ended(McpSession session) {
      known.sessionEnded(uid(session), ConnectionLookup.isRejected(session));
    }

    private static String uid(McpSession session) {
      return session.getMetadata().getUid();
    }

    @Override
    public void templateChanged(
        @Nullable McpSessionTemplate before, @Nullable McpSessionTemplate now) {}
  }
}

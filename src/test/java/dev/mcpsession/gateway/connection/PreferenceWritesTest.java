package dev.mcpsession.gateway.connection;

import static dev.mcpsession.gateway.connection.Replica.now;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.gateway.connection.Replica.Time;
import dev.mcpsession.gateway.route.Preference;
import dev.mcpsession.gateway.route.Preference.LogLevel;
import dev.mcpsession.gateway.route.Preference.Subscribe;
import dev.mcpsession.gateway.route.Preference.Unsubscribe;
import dev.mcpsession.gateway.session.Connection;
import dev.mcpsession.gateway.session.Connection.Binding;
import dev.mcpsession.gateway.session.Preferences;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two replicas on one API server, whose clients ask for what later backends have to be told. */
class PreferenceWritesTest {
  private final Time time = new Time();
  private final ModelConnectionApi api = new ModelConnectionApi(() -> time.now);
  private final Replica here = new Replica(api, time);
  private final Replica there = new Replica(api, time);
  private final McpSession session = Replica.session("session-1");
  private String id;

  @BeforeEach
  void aConnectionThatBothKnow() {
    api.sessions.put("team/" + session.getMetadata().getName(), session);
    here.sessions.show(session);
    there.sessions.show(session);
    id = here.create(session);
    there.watch();
  }

  private CompletionStage<Optional<Connection>> remember(Replica replica, Preference preference) {
    return replica.store.remember(replica.found(id), preference);
  }

  private Preferences stored() {
    return ConnectionObjects.read(api.all().getFirst()).orElseThrow().preferences();
  }

  @Test
  void whatIsStoredIsThereForEveryReplica() {
    assertThat(now(remember(here, new LogLevel("error"))).orElseThrow().preferences().logLevel())
        .contains("error");
    assertThat(here.found(id).preferences().logLevel()).contains("error");
    there.watch();
    assertThat(there.found(id).preferences()).isEqualTo(stored());
  }

  @Test
  void whatIsStoredAlreadyIsNotWrittenAgain() {
    now(remember(here, new Subscribe("a")));
    assertThat(here.requests(() -> now(remember(here, new Subscribe("a"))))).isZero();
    assertThat(here.requests(() -> now(remember(here, new Unsubscribe("b"))))).isZero();
  }

  @Test
  void whatAnotherReplicaStoredMeanwhileIsKept() {
    now(remember(here, new Subscribe("a")));
    now(remember(there, new Subscribe("b"))); // whose cache is behind
    now(remember(here, new Unsubscribe("a")));
    now(remember(there, new LogLevel("error")));
    assertThat(stored()).isEqualTo(new Preferences(Optional.of("error"), List.of("b")));
  }

  @Test
  void whatComesDuringARequestIsStoredByOneRequestAfterIt() {
    here.holds = true;
    List<CompletionStage<Optional<Connection>>> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      all.add(remember(here, new Subscribe("uri " + i)));
    }
    all.add(remember(here, new Unsubscribe("uri 0")));
    assertThat(here.requests(() -> sent())).isEqualTo(2);
    assertThat(all).allSatisfy(it -> assertThat(now(it)).isPresent());
    assertThat(stored().subscriptions()).hasSize(19).doesNotContain("uri 0");
  }

  private boolean sent() {
    here.send();
    return true;
  }

  @Test
  void aBindingThatChangedMeanwhileIsToldToWhoStored() {
    Binding other =
        new Binding(2, Optional.of("secret-2"), Optional.of(URI.create("http://10.0.0.2:1/mcp")));
    now(there.store.rebind(there.found(id), other));
    assertThat(now(remember(here, new Subscribe("a"))).orElseThrow().binding()).isEqualTo(other);
  }

  @Test
  void moreThanThereIsRoomForIsNotStored() {
    assertThat(now(remember(here, new Subscribe("u".repeat(2049))))).isPresent();
    assertThat(stored()).isEqualTo(Preferences.NONE);
  }

  @Test
  void ofAnIdThatHasEndedNothingIsStored() {
    Connection seen = here.found(id);
    now(there.store.end(there.found(id)));
    assertThat(now(here.store.remember(seen, new Subscribe("a")))).isEmpty();
    assertThat(api.all()).isEmpty();
  }

  @Test
  void whileTheApiServerIsAwayItIsTriedAgain() {
    List<Runnable> later = new ArrayList<>();
    KnownConnections known = new KnownConnections();
    known.put(api.all().getFirst(), true, 0);
    PreferenceWrites writes =
        new PreferenceWrites(
            known,
            api,
            new PreferenceWrites.Calls() {
              @Override
              public <T> CompletableFuture<T> call(Supplier<T> request) {
                try {
                  return CompletableFuture.completedFuture(request.get());
                } catch (RuntimeException e) {
                  return CompletableFuture.failedFuture(e);
                }
              }
            },
            (delay, task) -> {
              assertThat(delay).isEqualTo(Duration.ofSeconds(1L << later.size()));
              later.add(task);
            },
            () -> 0);
    api.away = true;
    CompletableFuture<Optional<Connection>> one =
        writes.remember(here.found(id), new Subscribe("a"));
    CompletableFuture<Optional<Connection>> two =
        writes.remember(here.found(id), new LogLevel("error"));
    later.get(0).run();
    assertThat(one).isNotDone();

    api.away = false;
    later.get(1).run();

    assertThat(one).isCompleted();
    assertThat(two).isCompleted();
    assertThat(stored()).isEqualTo(new Preferences(Optional.of("error"), List.of("a")));
    assertThat(writes.underWay()).isZero();
  }
}

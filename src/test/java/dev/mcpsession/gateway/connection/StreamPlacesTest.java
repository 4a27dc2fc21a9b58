package dev.mcpsession.gateway.connection;

import static dev.mcpsession.gateway.connection.Replica.now;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.gateway.connection.Replica.Time;
import dev.mcpsession.gateway.route.Preference.LogLevel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two replicas on one API server, where a client opens its GET stream at one and at the other. */
class StreamPlacesTest {
  private final Time time = new Time();
  private final ModelConnectionApi api = new ModelConnectionApi(() -> time.now);
  private final Replica here = new Replica(api, time);
  private final Replica there = new Replica(api, time);
  private final List<String> toldHere = new ArrayList<>();
  private final List<String> toldThere = new ArrayList<>();
  private String id;
  private String name;

  @BeforeEach
  void aConnectionThatBothKnow() {
    McpSession session = Replica.session("session-1");
    api.sessions.put("team/" + session.getMetadata().getName(), session);
    here.sessions.show(session);
    there.sessions.show(session);
    here.store.onStreamTaken(toldHere::add);
    there.store.onStreamTaken(toldThere::add);
    id = here.create(session);
    watch();
    name = here.found(id).name();
  }

  private void watch() {
    here.watch();
    there.watch();
  }

  @Test
  void theOtherReplicaHearsOfItOnce() {
    assertThat(now(here.store.takeStream(here.found(id)))).isTrue();
    watch();
    now(here.store.remember(here.found(id), new LogLevel("error")));
    watch();

    assertThat(toldHere).isEmpty();
    assertThat(toldThere).containsExactly(name);
  }

  @Test
  void aStreamThatIsTakenBackIsHeardOfAsWellAndOneThatIsTakenAgain() {
    now(here.store.takeStream(here.found(id)));
    watch();
    now(there.store.takeStream(there.found(id)));
    watch();
    now(there.store.takeStream(there.found(id)));
    watch();

    assertThat(toldHere).containsExactly(name, name);
    assertThat(toldThere).containsExactly(name);
  }

  @Test
  void whileTheApiServerIsAwayNobodyHears() {
    api.away = true;
    assertThat(now(here.store.takeStream(here.found(id)))).isFalse();
  }
}

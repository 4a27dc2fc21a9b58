package dev.mcpsession.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.reconcile.memory.ReplacementSlots;
import dev.mcpsession.reconcile.memory.SessionEntries;
import dev.mcpsession.reconcile.memory.SessionEntry;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is still under way when the process is told to stop ends without an exception. */
class ClosedTimersTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

  private final List<SessionKey> ending = new ArrayList<>();
  private final SessionEntries entries =
      new SessionEntries(key -> true, new ReplacementSlots(10, key -> {}));
  private final RequeueTimers timers =
      new RequeueTimers(InstantSource.fixed(NOW), entries, ending::add);
  private final SessionEntry entry = entries.of(new SessionKey("team", "alice", "u1"));

  @Test
  void aTimerThatIsSetAfterTheEndIsDropped() {
    timers.at(entry, NOW.plusSeconds(10));
    timers.stop();

    timers.at(entry, NOW.plusSeconds(20));
    timers.at(entry, NOW.minusSeconds(20));
    timers.resetAll();
    timers.now(entry.key());
    assertThat(entry.timer().at()).isEqualTo(NOW.minusSeconds(20));
    assertThat(ending).isEmpty();
  }

  @Test
  void aSessionThatAppearsAfterTheEndIsLeftToTheNextProcess() {
    timers.stop();
    McpSession session = new McpSession();
    session.setMetadata(
        new ObjectMetaBuilder().withNamespace("team").withName("bob").withUid("u2").build());
    timers.onResourceCreated(session);
    timers.onResourceUpdated(session, session);
    timers.onResourceDeleted(session);
    assertThat(ending).hasSize(2);
  }

  @Test
  void aCallThatIsBegunAfterTheEndIsDropped() {
    WorkerThreads threads = new WorkerThreads();
    threads.close();
    List<String> done = new ArrayList<>();
    threads.forTokens().execute(() -> done.add("called"));
    threads.forDeletions().execute(() -> done.add("reconciled"));
    assertThat(done).isEmpty();
  }
}

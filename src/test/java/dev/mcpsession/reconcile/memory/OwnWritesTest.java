package dev.mcpsession.reconcile.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSession;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

/** A session as we wrote it, before the cache shows that. */
class OwnWritesTest {
  private final OwnWrites writes = new OwnWrites();

  @Test
  void untilSomethingIsWrittenTheCacheIsRight() {
    McpSession cached = session(5, "{}", "[]", "alice");
    assertThat(writes.latest(cached)).isSameAs(cached);
  }

  @Test
  void theLastWriteIsCombinedWithWhatTheCacheShows() {
    McpSession cached = session(5, "{}", "[]", "alice");
    writes.wrote(session(7, "{revision: 1}", "[]", "alice"), "5");
    assertThat(writes.latest(cached)).isEqualTo(session(7, "{revision: 1}", "[]", "alice"));
    assertThat(cached).isEqualTo(session(5, "{}", "[]", "alice"));
  }

  @Test
  void writesInARowAreCombinedWithWhateverTheCacheShowsOfThem() {
    McpSession last = session(8, "{revision: 1}", "[f]", "alice");
    writes.wrote(session(7, "{revision: 1}", "[]", "alice"), "5");
    writes.wrote(last, "7");
    assertThat(writes.latest(session(5, "{}", "[]", "alice"))).isEqualTo(last);
    assertThat(writes.latest(session(7, "{revision: 1}", "[]", "alice"))).isEqualTo(last);
  }

  @Test
  void aCacheThatHasCaughtUpIsRight() {
    writes.wrote(session(7, "{revision: 1}", "[]", "alice"), "5");
    McpSession same = session(7, "{revision: 1}", "[]", "alice");
    McpSession later = session(9, "{}", "[]", "bob");
    assertThat(writes.latest(same)).isSameAs(same);
    assertThat(writes.latest(later)).isSameAs(later);
  }

  /** The write was based on another spec: a write based on such a mixture must not succeed. */
  @Test
  void aCacheThatWentBackBehindWhatWasDecidedOnIsNotCombined() {
    McpSession earlier = session(4, "{}", "[]", "bob");
    writes.wrote(session(7, "{revision: 1}", "[]", "alice"), "5");
    assertThat(writes.latest(earlier)).isSameAs(earlier);
    writes.wrote(session(11, "{revision: 2}", "[]", "bob"), "9");
    McpSession before = session(7, "{revision: 1}", "[]", "alice");
    assertThat(writes.latest(before)).isSameAs(before);
  }

  @Test
  void aStatusWhoseAnswerWasLostStaysInDoubtWhenTheNextOneIsRefused() {
    writes.statusSent();
    writes.statusSent();
    writes.statusRefused();
    assertThat(writes.isStatusInDoubt()).isTrue();
    writes.statusSent();
    writes.statusCertain();
    assertThat(writes.isStatusInDoubt()).isFalse();
    writes.statusSent();
    writes.statusRefused();
    assertThat(writes.isStatusInDoubt()).isFalse();
  }

  @Test
  void aWriteIsLetGoOnceItsChangeIsTold() {
    McpSession written = session(7, "{revision: 1}", "[]", "alice");
    writes.wrote(written, "5");
    writes.shown(session(6, "{}", "[]", "alice"));
    assertThat(writes.isOurs(written.getStatus())).isTrue();
    writes.shown(written);
    assertThat(writes.isOurs(written.getStatus())).isFalse();
    McpSession cached = session(5, "{}", "[]", "alice");
    assertThat(writes.latest(cached)).isSameAs(cached);
  }

  private static McpSession session(int version, String status, String finalizers, String user) {
    return Serialization.unmarshal(
        """
        metadata: {name: alice, uid: uid-1, resourceVersion: "%d", finalizers: %s,
                   annotations: {a: %s}}
        spec: {user: %s}
        status: %s
        """
            .formatted(version, finalizers, user, user, status),
        McpSession.class);
  }
}

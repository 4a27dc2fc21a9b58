package dev.mcpsession.reconcile.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.SessionKey;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EndingNamespacesTest {
  private static final Instant NOW = Instant.parse("2026-11-21T09:00:00Z");

  private final SessionEntries entries =
      new SessionEntries(key -> true, new ReplacementSlots(10, key -> {}));

  @Test
  void oneRefusalHoldsForAllSessionsOfTheNamespaceAndNoOther() {
    SessionEntry alice = entry("team", "alice");
    SessionEntry bob = entry("team", "bob");
    SessionEntry other = entry("other", "alice");
    assertThat(alice.namespaceEnds(NOW)).isTrue();
    assertThat(bob.namespaceEnds(NOW)).isFalse();
    assertThat(bob.isNamespaceEnding(NOW)).isTrue();
    assertThat(other.isNamespaceEnding(NOW)).isFalse();
  }

  @Test
  void aSessionThatIsSeenLaterShowsThatTheNamespaceWasMadeAnew() {
    entry("team", "alice").namespaceEnds(NOW);
    SessionEntry later = entry("team", "carol");
    assertThat(later.isNamespaceEnding(NOW)).isFalse();
    assertThat(entry("team", "alice").isNamespaceEnding(NOW)).isFalse();
  }

  @Test
  void afterFiveMinutesOneTryShowsWhetherItIsStillSo() {
    SessionEntry alice = entry("team", "alice");
    alice.namespaceEnds(NOW);
    Instant later = NOW.plus(Duration.ofMinutes(5));
    assertThat(alice.namespaceRetryAt(NOW)).isEqualTo(later);
    assertThat(alice.isNamespaceEnding(later)).isFalse();
  }

  @Test
  void nothingIsRememberedOfANamespaceWithoutSessions() {
    SessionEntry alice = entry("team", "alice");
    alice.namespaceEnds(NOW);
    entries.close(alice.key().uid());
    assertThat(alice.isNamespaceEnding(NOW)).isFalse();
  }

  private SessionEntry entry(String namespace, String name) {
    return entries.of(new SessionKey(namespace, name, namespace + "-" + name));
  }
}

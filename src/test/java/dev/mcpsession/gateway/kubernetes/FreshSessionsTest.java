package dev.mcpsession.gateway.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.VirtualTime;
import dev.mcpsession.api.McpSession;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FreshSessionsTest {
  private final VirtualTime time = new VirtualTime();
  private final FreshSessions fresh = new FreshSessions(time);

  private static McpSession session(String uid, int version) {
    return Serialization.unmarshal(
        """
        apiVersion: mcpsession.dev/v1alpha1
        kind: McpSession
        metadata: {name: s, namespace: team, uid: %s, resourceVersion: "%d"}
        spec: {user: alice}
        """
            .formatted(uid, version),
        McpSession.class);
  }

  private @Nullable McpSession newest(@Nullable McpSession cached) {
    return fresh.newest("team", "s", cached);
  }

  @Test
  void anAnswerCountsUntilTheCacheIsAsNew() {
    McpSession answer = session("a", 10);
    fresh.stored(answer);
    assertThat(newest(null)).isSameAs(answer);
    assertThat(newest(session("a", 9))).isSameAs(answer);
    McpSession newer = session("a", 11);
    assertThat(newest(newer)).isSameAs(newer);
  }

  @Test
  void whatTheCacheShowsIsForgotten() {
    fresh.stored(session("a", 10));
    fresh.shown(session("a", 8), session("a", 9));
    assertThat(newest(null)).isNotNull();
    fresh.shown(session("a", 9), session("a", 10));
    assertThat(newest(null)).isNull();
  }

  @Test
  void aSessionThatIsGoneIsGoneUntilTheCacheShowsIt() {
    fresh.gone("team", "s", "a");
    assertThat(newest(session("a", 9))).isNull();
    McpSession next = session("b", 12);
    assertThat(newest(next)).isSameAs(next);
    fresh.shown(session("a", 9), null);
    assertThat(newest(session("a", 9))).isNotNull();
  }

  @Test
  void theDeletionOfAPredecessorSaysNothingOfItsSuccessor() {
    McpSession next = session("b", 12);
    fresh.stored(next);
    fresh.shown(session("a", 9), null);
    assertThat(newest(null)).isSameAs(next);
    fresh.shown(next, null);
    assertThat(newest(null)).isNull();
  }

  @Test
  void whatTheCacheNeverShowsIsForgottenAfterAWhile() {
    fresh.stored(session("a", 10));
    time.pass(Duration.ofSeconds(11));
    assertThat(newest(null)).isNull();
  }
}

package dev.mcpsession.reconcile.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.reconcile.cache.NodeView;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NamespaceBudgetsTest {
  private static final Instant NOW = Instant.parse("2026-11-21T09:00:00Z");

  private Instant time = NOW;
  private final Set<String> shown = new HashSet<>();
  private final NamespaceBudgets budgets =
      new NamespaceBudgets(
          new NodeView() {
            @Override
            public @Nullable Node node(String name) {
              return null;
            }

            @Override
            public boolean hasBudget(String namespace) {
              return shown.contains(namespace);
            }
          });

  @Test
  void oneSessionOfANamespaceMakesItsBudgetAndTheOthersRelyOnThat() {
    assertThat(budgets.isGuarded("team", NOW)).isFalse();
    assertThat(budgets.claim("team", NOW)).isEqualTo(NOW.plusSeconds(5));
    assertThat(budgets.claim("team", NOW)).isNull();
    assertThat(budgets.isGuarded("team", NOW.plusSeconds(4))).isTrue();
    assertThat(budgets.isGuarded("other", NOW)).isFalse();
  }

  @Test
  void aBudgetThatNeverShowsUpIsMadeAgain() {
    budgets.claim("team", NOW);
    assertThat(budgets.isGuarded("team", NOW.plusSeconds(5))).isFalse();
    assertThat(budgets.claim("team", NOW.plusSeconds(5))).isNotNull();
  }

  @Test
  void aBudgetThatWasSeenAndIsGoneIsMadeAgainAtOnce() {
    budgets.claim("team", NOW);
    shown.add("team");
    assertThat(budgets.isGuarded("team", NOW.plusSeconds(1))).isTrue();
    shown.clear();
    assertThat(budgets.isGuarded("team", NOW.plusSeconds(2))).isFalse();
  }

  @Test
  void aRefusalIsTakenForAnAnswerForFiveMinutesAndThenTheSessionTriesAgain() {
    Instant answered = NOW.plusSeconds(1);
    assertThat(budgets.make(answering(403, answered), "team", () -> time))
        .isEqualTo(answered.plusSeconds(300));
    assertThat(budgets.claim("team", answered.plusSeconds(299))).isNull();
    assertThat(budgets.claim("team", answered.plusSeconds(300))).isNotNull();
  }

  @Test
  void aRequestThatFailsAfterALongTimeIsTriedAgainFiveSecondsAfterItsAnswer() {
    Instant answered = NOW.plusSeconds(10);
    assertThat(budgets.make(answering(500, answered), "team", () -> time))
        .isEqualTo(answered.plusSeconds(5));
    assertThat(budgets.claim("team", answered.plusSeconds(5))).isNotNull();
  }

  /** Refuses every request with this code, at that time. */
  private ClusterApi answering(int code, Instant at) {
    return (ClusterApi)
        Proxy.newProxyInstance(
            ClusterApi.class.getClassLoader(),
            new Class<?>[] {ClusterApi.class},
            (proxy, method, arguments) -> {
              time = at;
              throw new KubernetesClientException("refused", code, null);
            });
  }

  @Test
  void whereNodesAreNotWatchedNothingIsMade() {
    NamespaceBudgets unwatched = new NamespaceBudgets(NodeView.unwatched());
    assertThat(unwatched.isGuarded("team", NOW)).isTrue();
    assertThat(unwatched.claim("team", NOW)).isNull();
  }
}

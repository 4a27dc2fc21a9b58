package dev.mcpsession.reconcile.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.reconcile.cache.NodeView;
import io.fabric8.kubernetes.api.model.Node;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NamespaceBudgetsTest {
  private static final Instant NOW = Instant.parse("2026-11-21T09:00:00Z");

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
    budgets.claim("team", NOW);
    assertThat(budgets.refused("team", NOW)).isEqualTo(NOW.plusSeconds(300));
    assertThat(budgets.claim("team", NOW.plusSeconds(299))).isNull();
    assertThat(budgets.claim("team", NOW.plusSeconds(300))).isNotNull();
  }

  @Test
  void whereNodesAreNotWatchedNothingIsMade() {
    NamespaceBudgets unwatched = new NamespaceBudgets(NodeView.unwatched());
    assertThat(unwatched.isGuarded("team", NOW)).isTrue();
    assertThat(unwatched.claim("team", NOW)).isNull();
  }
}

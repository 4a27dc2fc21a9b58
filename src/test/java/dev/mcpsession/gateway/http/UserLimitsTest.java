package dev.mcpsession.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.gateway.http.UserLimits.Permit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UserLimitsTest {
  private static final Owner ALICE = new Owner("https://sso.example", "alice");
  private static final Owner BOB = new Owner("https://sso.example", "bob");

  private final UserLimits limits = new UserLimits(2, 3);

  @Test
  void requestsAndStreamsAreCountedApart() {
    List<Permit> requests = requests(ALICE, 5);
    List<Permit> streams =
        IntStream.range(0, 5).boxed().flatMap(i -> limits.stream(ALICE).stream()).toList();
    assertThat(requests).hasSize(2);
    assertThat(streams).hasSize(3);
  }

  @Test
  void oneUserTakesNoPlaceOfAnother() {
    requests(ALICE, 5);
    assertThat(requests(BOB, 5)).hasSize(2);
  }

  @Test
  void theSameSubjectOfAnotherIssuerIsAnotherUser() {
    requests(ALICE, 5);
    assertThat(limits.request(new Owner("https://other.example", "alice"))).isPresent();
  }

  @Test
  void aPlaceThatWasGivenBackIsFree() {
    List<Permit> held = requests(ALICE, 2);
    assertThat(limits.request(ALICE)).isEmpty();
    held.getFirst().close();
    assertThat(requests(ALICE, 5)).hasSize(1);
  }

  @Test
  void closingAPlaceTwiceGivesItBackOnce() {
    List<Permit> held = requests(ALICE, 2);
    held.getFirst().close();
    held.getFirst().close();
    assertThat(requests(ALICE, 5)).hasSize(1);
  }

  @Test
  void nothingIsKeptOfUsersWhoHaveNone() {
    List<Permit> held = new ArrayList<>(requests(ALICE, 9));
    held.addAll(requests(BOB, 1));
    limits.stream(BOB).ifPresent(held::add);
    assertThat(limits.users()).isEqualTo(2);
    held.forEach(Permit::close);
    assertThat(limits.users()).isZero();
  }

  @Test
  void aRefusalKeepsNothing() {
    UserLimits none = new UserLimits(0, 0);
    assertThat(none.request(ALICE)).isEmpty();
    assertThat(none.users()).isZero();
  }

  @Test
  void manyThreadsNeverHoldMoreThanAllowedAndLeaveNothingBehind() throws Exception {
    AtomicInteger holding = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger granted = new AtomicInteger();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<?>> runs = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        runs.add(
            threads.submit(
                () -> {
                  for (int round = 0; round < 2_000; round++) {
                    limits
                        .request(ALICE)
                        .ifPresent(
                            permit -> {
                              granted.incrementAndGet();
                              most.accumulateAndGet(holding.incrementAndGet(), Math::max);
                              holding.decrementAndGet();
                              permit.close();
                            });
                  }
                }));
      }
      for (Future<?> run : runs) {
        run.get();
      }
    }
    assertThat(most).hasValueBetween(1, 2);
    assertThat(granted.get()).isPositive();
    assertThat(limits.users()).isZero();
  }

  private List<Permit> requests(Owner user, int tries) {
    return IntStream.range(0, tries).boxed().flatMap(i -> limits.request(user).stream()).toList();
  }
}

package dev.mcpsession.signin.kubernetes;

import static dev.mcpsession.signin.kubernetes.ExampleSignIns.FORGEJO;
import static dev.mcpsession.signin.kubernetes.ExampleSignIns.NOW;
import static dev.mcpsession.signin.kubernetes.ExampleSignIns.ofClient;
import static dev.mcpsession.signin.kubernetes.ExampleSignIns.stored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.identity.SignInLimits;
import dev.mcpsession.signin.identity.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignInSweepTest {
  private static final Duration IDLE = Duration.ofDays(14);

  private final Kept kept = new Kept();
  private final Timer timer = new Timer();
  private Duration passed = Duration.ZERO;
  private final SignInSweep sweep =
      new SignInSweep(
          kept, new SignInLimits(IDLE, Duration.ofDays(90)), () -> NOW.plus(passed), timer);

  private static final class Kept implements SignInSweep.Stored {
    final List<SignIn> all = new ArrayList<>();
    final List<String> asked = new ArrayList<>();
    String refused = "";
    boolean isAway;
    boolean isBroken;

    @Override
    public List<SignIn> all() {
      if (isBroken) {
        throw new IllegalStateException("for tests");
      }
      return List.copyOf(all);
    }

    @Override
    public boolean delete(SignIn signIn, boolean onlyUnchanged) throws StoreException {
      assertThat(onlyUnchanged).as("what is used meanwhile stays").isTrue();
      asked.add(signIn.id());
      if (signIn.id().equals(refused)) {
        throw new StoreException("for tests", isAway);
      }
      return all.remove(signIn);
    }
  }

  /** Remembers what is to be done, and does it when a test says so. */
  private static final class Timer extends ScheduledThreadPoolExecutor {
    final List<Duration> delays = new ArrayList<>();
    Runnable task = () -> {};

    Timer() {
      super(0);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
        Runnable command, long initialDelay, long delay, TimeUnit unit) {
      task = command;
      delays.add(Duration.of(initialDelay, unit.toChronoUnit()));
      delays.add(Duration.of(delay, unit.toChronoUnit()));
      return schedule(() -> {}, 0, unit);
    }
  }

  @AfterEach
  void close() {
    sweep.close();
    assertThat(timer.isShutdown()).isTrue();
  }

  private void keep(String id, boolean isEnded) {
    SignIn signIn = stored(ofClient(id, FORGEJO, NOW), "uid-" + id, 1);
    kept.all.add(isEnded ? signIn.ended() : signIn);
  }

  /** Columns: whether it was ended; seconds since it began and was used; whether it is removed. */
  @ParameterizedTest
  @CsvSource({
    "false, 0, false",
    "false, 1209599, false",
    "false, 1209600, true",
    "true, 119, false",
    "true, 120, true"
  })
  void removesWhatIsOverAndNothingElse(boolean isEnded, int seconds, boolean isRemoved) {
    keep("one", isEnded);
    passed = Duration.ofSeconds(seconds);

    assertThat(sweep.sweep()).isEqualTo(isRemoved ? 1 : 0);
    assertThat(kept.all).hasSize(isRemoved ? 0 : 1);
  }

  /** Columns: whether trying again may help; what else is tried. */
  @ParameterizedTest
  @CsvSource({"true, one", "false, one two"})
  void oneThatCannotBeRemovedKeepsOthersOnlyIfTheApiServerIsAway(boolean isAway, String asked) {
    keep("one", true);
    keep("two", true);
    passed = IDLE;
    kept.refused = "one";
    kept.isAway = isAway;

    sweep.sweep();

    assertThat(String.join(" ", kept.asked)).isEqualTo(asked);
  }

  @Test
  void notMoreThanFiveHundredAreRemovedAtATime() {
    IntStream.range(0, 501).forEach(i -> keep("of " + i, true));
    passed = IDLE;

    assertThat(sweep.sweep()).isEqualTo(500);
    assertThat(sweep.sweep()).isEqualTo(1);
  }

  /** Repeated, since the pause is random. */
  @RepeatedTest(20)
  void itIsDoneAboutEveryTwoMinutes() {
    sweep.schedule();

    assertThat(timer.delays)
        .hasSize(2)
        .allSatisfy(it -> assertThat(it).isBetween(Duration.ofMinutes(1), Duration.ofMinutes(3)));
  }

  @Test
  void aFailureDoesNotStopTheTimer() {
    keep("one", true);
    passed = IDLE;
    sweep.schedule();
    kept.isBroken = true;
    timer.task.run(); // would else be cancelled by its exception
    kept.isBroken = false;
    timer.task.run();

    assertThat(kept.all).isEmpty();
  }
}

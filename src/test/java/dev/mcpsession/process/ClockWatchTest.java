package dev.mcpsession.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClockWatchTest {
  private final VirtualTime time = new VirtualTime();
  private final List<Duration> steps = new ArrayList<>();
  private final ClockWatch watch = new ClockWatch(time, time, steps::add);

  @AfterEach
  void close() {
    watch.close();
  }

  @Test
  void timeThatPassesIsNoStep() {
    time.pass(Duration.ofSeconds(30)); // of a process that was stopped, too
    watch.check();
    assertThat(steps).isEmpty();
  }

  @Test
  void stepsEitherWayAreNoticedOnce() {
    time.pass(Duration.ofSeconds(2));
    time.step(Duration.ofHours(1));
    watch.check();
    watch.check();
    time.step(Duration.ofHours(-1));
    watch.check();
    assertThat(steps).containsExactly(Duration.ofHours(1), Duration.ofHours(-1));
  }

  @Test
  void whatAClockIsSlewedByIsNoStepHoweverMuchItAddsUpTo() {
    for (int i = 0; i < 100; i++) {
      time.pass(Duration.ofSeconds(2));
      time.step(Duration.ofMillis(400));
      watch.check();
    }
    assertThat(steps).isEmpty();
  }

  @Test
  void theWatchGoesOnAfterAListenerThatFailed() {
    try (ClockWatch failing =
        new ClockWatch(
            time,
            time,
            step -> {
              steps.add(step);
              throw new IllegalStateException("failed");
            })) {
      time.step(Duration.ofHours(1));
      failing.check();
      time.step(Duration.ofHours(2));
      failing.check();
    }
    assertThat(steps).hasSize(2);
  }
}

package dev.mcpsession.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.core.spi.FilterReply;
import dev.mcpsession.VirtualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RepeatedLogFilterTest {
  private static final String CLIENT =
      "io.fabric8.kubernetes.client.informers.impl.cache.Reflector";

  private final VirtualTime time = new VirtualTime();
  private final RepeatedLogFilter filter = new RepeatedLogFilter(time);
  private final LoggerContext context = new LoggerContext();

  @Test
  void theClientSaysTheSameOnceAMinute() {
    int lines = 0;
    for (int second = 0; second < 300; second++) {
      lines += isLogged(CLIENT, Level.WARN, "v1/pods") ? 1 : 0;
      time.pass(Duration.ofSeconds(1));
    }
    assertThat(lines).isEqualTo(5);
  }

  @Test
  void whatDiffersIsLogged() {
    assertThat(isLogged(CLIENT, Level.WARN, "v1/pods")).isTrue();
    time.pass(Duration.ofMillis(1));
    assertThat(isLogged(CLIENT, Level.WARN, "v1/services")).isTrue();
  }

  @Test
  void theOperatorsOwnLinesAreAllLogged() {
    for (int i = 0; i < 3; i++) {
      time.pass(Duration.ofMillis(1));
      assertThat(isLogged("dev.mcpsession.cli.Main", Level.WARN, "x")).isTrue();
    }
  }

  @Test
  void linesThatNeverRepeatAreForgotten() {
    for (int i = 0; i < 100_000; i++) {
      time.pass(Duration.ofNanos(1));
      assertThat(isLogged(CLIENT, Level.ERROR, "line " + i)).isTrue();
    }
  }

  private boolean isLogged(String logger, Level level, String parameter) {
    return filter.decide(
            null, context.getLogger(logger), level, "failed for {}", new Object[] {parameter}, null)
        == FilterReply.NEUTRAL;
  }
}

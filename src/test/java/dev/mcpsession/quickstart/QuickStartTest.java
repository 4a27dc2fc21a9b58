package dev.mcpsession.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What the quick start says when it does not work; that it works is what it is run for. */
final class QuickStartTest {
  @Test
  void anOperatorThatDoesNotStartIsReportedAndEndsItWithOne() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    OperatorStart broken =
        cluster -> {
          throw new IOException("port taken");
        };

    int code = new QuickStart(broken, new PrintStream(out, true, StandardCharsets.UTF_8)).run();

    assertThat(code).isEqualTo(1);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("embedded stand-in for a cluster")
        .contains("not what should have happened: port taken");
  }
}

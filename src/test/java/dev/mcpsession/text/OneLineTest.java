package dev.mcpsession.text;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OneLineTest {
  private static final String FORGED = "a\r\n12:00:00.000 INFO  forged\u001b[31m\u2028b";

  @Test
  void aTextWithoutLineBreaksStaysAsItIs() {
    String text = "image \"x\" – «ü» 🙂";
    assertThat(OneLine.of(text)).isSameAs(text);
  }

  @Test
  void aLineBreakIsASpaceAndWhatControlsATerminalIsEscaped() {
    assertThat(OneLine.of("\na \n\n\tb\u0085c\u2029")).isEqualTo("a b c");
    assertThat(OneLine.of("a\u001b[2Jb\u202ec")).isEqualTo("a\\u001b[2Jb\\u202ec");
  }

  @Test
  void halfACharacterIsEscaped() {
    assertThat(OneLine.of("a\ud83d")).isEqualTo("a\\ud83d");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TEXT", "TEXT_BRIEF"})
  void noMessageOfALogRecordOrExceptionBeginsALine(String appender) throws JoranException {
    IllegalStateException thrown =
        new IllegalStateException(FORGED, new IllegalArgumentException("cause " + FORGED));
    thrown.addSuppressed(new IllegalStateException("suppressed " + FORGED));
    String written = write(appender, "record " + FORGED, thrown);
    assertThat(written.lines()).noneMatch(line -> line.startsWith("12:00"));
    assertThat(written).contains("record a 12:00:00.000 INFO  forged\\u001b[31m b");
    assertThat(written).contains("cause a 12:00:00.000").doesNotContain("\u001b", "\u2028");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TEXT", "TEXT_BRIEF", "JSON", "JSON_BRIEF"})
  void aRecordIsOneLine(String appender) throws JoranException {
    assertThat(write(appender, FORGED, null).lines()).hasSize(1);
  }

  /** What an appender of the configuration that the jar has writes. */
  private static String write(String appender, String message, @Nullable Throwable thrown)
      throws JoranException {
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    context.putProperty("LOG_FORMAT", appender.replace("_BRIEF", ""));
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(Path.of("src/main/resources/logback.xml").toFile());
    var logger = context.getLogger(appender.endsWith("_BRIEF") ? "ROOT" : "dev.mcpsession");
    OutputStreamAppender<ILoggingEvent> found =
        (OutputStreamAppender<ILoggingEvent>) logger.getAppender(appender);
    LoggingEvent event =
        new LoggingEvent(
            "fqcn", logger, ch.qos.logback.classic.Level.INFO, message, thrown, new Object[0]);
    try {
      return new String(found.getEncoder().encode(event), StandardCharsets.UTF_8);
    } finally {
      context.stop();
    }
  }
}

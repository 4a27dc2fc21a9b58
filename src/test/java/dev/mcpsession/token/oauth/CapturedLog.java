package dev.mcpsession.token.oauth;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the process logs at TRACE while it is open, by SLF4J and by the JDK's own logging; not on
 * the console. Left out are the servers that run in the same process for a test: they log what they
 * are sent.
 */
final class CapturedLog implements AutoCloseable {
  private static final List<String> SERVERS =
      List.of("org.eclipse.jetty", "wiremock", "org.wiremock", "com.github.tomakehurst");

  private record Line(String logger, String text) {}

  private final List<Line> lines = new CopyOnWriteArrayList<>();
  private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
  private final ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
  private final Map<ch.qos.logback.classic.Logger, Level> levels = new HashMap<>();
  private final java.util.logging.Logger jdkRoot = java.util.logging.Logger.getLogger("");
  private final java.util.logging.Level jdkLevel = jdkRoot.getLevel();
  private final Handler[] jdkHandlers = jdkRoot.getHandlers();
  private final List<ch.qos.logback.core.Appender<ILoggingEvent>> appenders =
      new CopyOnWriteArrayList<>();
  private final UnsynchronizedAppenderBase<ILoggingEvent> appender =
      new UnsynchronizedAppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          String trace =
              event.getThrowableProxy() == null
                  ? ""
                  : "\n" + ThrowableProxyUtil.asString(event.getThrowableProxy());
          lines.add(
              new Line(
                  event.getLoggerName(),
                  event.getLevel() + " " + event.getFormattedMessage() + trace));
        }
      };
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord event) {
          lines.add(new Line(event.getLoggerName(), new SimpleFormatter().format(event)));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  private CapturedLog() {}

  static CapturedLog ofEverything() {
    CapturedLog log = new CapturedLog();
    log.begin();
    return log;
  }

  private void begin() {
    root.iteratorForAppenders().forEachRemaining(appenders::add);
    appenders.forEach(root::detachAppender);
    SERVERS.forEach(context::getLogger);
    context
        .getLoggerList()
        .forEach(
            logger -> {
              levels.put(logger, logger.getLevel());
              logger.setLevel(logger == root ? Level.TRACE : null);
            });
    SERVERS.forEach(name -> context.getLogger(name).setLevel(Level.OFF));
    appender.setContext(context);
    appender.start();
    root.addAppender(appender);
    for (Handler other : jdkHandlers) {
      jdkRoot.removeHandler(other);
    }
    jdkRoot.setLevel(java.util.logging.Level.ALL);
    jdkRoot.addHandler(handler);
  }

  /** Of loggers whose name begins so; each with its level or, from the JDK, as it formats it. */
  List<String> lines(String prefix) {
    return lines.stream()
        .filter(line -> String.valueOf(line.logger()).startsWith(prefix))
        .map(Line::text)
        .toList();
  }

  /** Of all loggers, with their names. */
  List<String> lines() {
    return lines.stream().map(line -> line.logger() + " " + line.text()).toList();
  }

  @Override
  public void close() {
    // The levels first, or what the servers log below them would reach the console.
    root.setLevel(levels.get(root));
    levels.forEach((logger, level) -> logger.setLevel(level));
    root.detachAppender(appender);
    appenders.forEach(root::addAppender);
    jdkRoot.removeHandler(handler);
    jdkRoot.setLevel(jdkLevel);
    for (Handler other : jdkHandlers) {
      jdkRoot.addHandler(other);
    }
  }
}

package dev.mcpsession.text;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.IThrowableProxy;
import org.jspecify.annotations.Nullable;

/** For logback.xml: a stack trace in which each message stands on one line. */
public final class OneLineThrowable extends ThrowableProxyConverter {
  @Override
  protected String throwableProxyToString(IThrowableProxy thrown) {
    return withMessagesOnOneLine(super.throwableProxyToString(thrown), thrown);
  }

  /** Replaces the messages of an exception, its causes and what it suppressed. */
  static String withMessagesOnOneLine(String trace, @Nullable IThrowableProxy thrown) {
    String text = trace;
    for (IThrowableProxy t = thrown; t != null; t = t.getCause()) {
      String message = t.getMessage();
      if (message != null && !message.isEmpty()) {
        text = text.replace(message, OneLine.of(message));
      }
      for (IThrowableProxy suppressed : t.getSuppressed()) {
        text = withMessagesOnOneLine(text, suppressed);
      }
    }
    return text;
  }
}

package dev.mcpsession.text;

import ch.qos.logback.classic.pattern.RootCauseFirstThrowableProxyConverter;
import ch.qos.logback.classic.spi.IThrowableProxy;

/** For logback.xml: as {@link OneLineThrowable}, the root cause first. */
public final class OneLineRootCause extends RootCauseFirstThrowableProxyConverter {
  @Override
  protected String throwableProxyToString(IThrowableProxy thrown) {
    return OneLineThrowable.withMessagesOnOneLine(super.throwableProxyToString(thrown), thrown);
  }
}

package dev.mcpsession.token.oauth;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Duration;
import javax.net.ssl.SSLException;

/** Explains exceptions of the HTTP client in our own words, without repeating their messages. */
final class ConnectionFault {
  private ConnectionFault() {}

  /**
   * Translates an exception.
   *
   * @param answered whether the headers of an answer had arrived
   * @param connectTimeout the limit for connecting, to be named in the message
   */
  static IssuerFault of(
      IssuerEndpoint at, IOException e, boolean answered, Duration connectTimeout) {
    if (answered) {
      return IssuerFault.away(
          "the answer of "
              + at
              + " broke off or is longer than "
              + IssuerHttp.LONGEST_BODY / 1024
              + " KiB");
    }
    if (isCausedBy(e, CertificateException.class)
        || isCausedBy(e, CertPathValidatorException.class)) {
      return IssuerFault.misconfigured(distrust(at));
    }
    if (isCausedBy(e, SSLException.class)) {
      return IssuerFault.away(
          "no TLS connection to " + at + "; check that it speaks TLS 1.2 or 1.3");
    }
    if (isCausedBy(e, UnresolvedAddressException.class)
        || isCausedBy(e, UnknownHostException.class)) {
      return IssuerFault.away("the host of " + at + " is not known");
    }
    if (isCausedBy(e, HttpConnectTimeoutException.class)) {
      return IssuerFault.away("no connection to " + at + " within " + seconds(connectTimeout));
    }
    if (isCausedBy(e, ConnectException.class)) {
      return IssuerFault.away(at + " refused the connection");
    }
    return IssuerFault.away(at + " closed the connection without an answer");
  }

  static String seconds(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + " s"
        : duration.toMillis() + " ms";
  }

  private static String distrust(IssuerEndpoint at) {
    return "the certificate of "
        + at
        + " is not trusted, has expired or is another host's; "
        + at.origin().distrust();
  }

  private static boolean isCausedBy(Throwable e, Class<? extends Throwable> type) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return true;
      }
    }
    return false;
  }
}

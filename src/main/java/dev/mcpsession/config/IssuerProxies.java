package dev.mcpsession.config;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The proxies through which authorization servers are reached: HTTPS_PROXY for https, HTTP_PROXY
 * for http, except for NO_PROXY, each also in lower case. Read as Go's httpproxy does, so that one
 * set of variables does for all programs of a cluster. The API server is never reached through
 * them.
 */
public final class IssuerProxies {
  private static final String EXAMPLE = "http://user:password@proxy.example:3128";

  private final @Nullable HttpProxy https;
  private final @Nullable HttpProxy http;
  private final NoProxy exceptions;

  private IssuerProxies(@Nullable HttpProxy https, @Nullable HttpProxy http, NoProxy exceptions) {
    this.https = https;
    this.http = http;
    this.exceptions = exceptions;
  }

  /** Every server is reached directly. */
  public static IssuerProxies none() {
    return of(Map.of(), new ArrayList<>());
  }

  /**
   * Reads the variables.
   *
   * @param problems gets a sentence for each malformed value; it does not repeat the value, which
   *     may contain a password
   */
  public static IssuerProxies of(Map<String, String> environment, List<String> problems) {
    String variable = set("NO_PROXY", environment);
    return new IssuerProxies(
        proxy("HTTPS_PROXY", environment, problems),
        proxy("HTTP_PROXY", environment, problems),
        NoProxy.parse(
            variable == null ? "NO_PROXY" : variable,
            variable == null ? "" : environment.getOrDefault(variable, ""),
            problems));
  }

  private static @Nullable HttpProxy proxy(
      String name, Map<String, String> environment, List<String> problems) {
    String variable = set(name, environment);
    if (variable == null) {
      return null;
    }
    HttpProxy proxy = HttpProxy.parse(environment.getOrDefault(variable, ""));
    if (proxy == null) {
      problems.add(
          variable
              + " is not the URL of an HTTP proxy such as "
              + EXAMPLE
              + "; correct it, or remove it (its value is not shown, since it may contain a"
              + " password)");
    }
    return proxy;
  }

  /** The spelling that is set, upper case first; null if neither is, or only to nothing. */
  private static @Nullable String set(String name, Map<String, String> environment) {
    for (String variable : List.of(name, name.toLowerCase(Locale.ROOT))) {
      if (!environment.getOrDefault(variable, "").isBlank()) {
        return variable;
      }
    }
    return null;
  }

  /** Whether a variable names a proxy. */
  public boolean areNamed() {
    return https != null || http != null;
  }

  /** The proxy for a URL; null if it is reached directly. */
  public @Nullable HttpProxy proxyFor(URI url) {
    boolean secure = "https".equalsIgnoreCase(url.getScheme());
    HttpProxy proxy = secure ? https : http;
    String host = url.getHost();
    if (proxy == null || host == null || NoProxy.isLoopback(host)) {
      return null;
    }
    int port = url.getPort() >= 0 ? url.getPort() : secure ? 443 : 80;
    return exceptions.covers(host, port) ? null : proxy;
  }

  /** The proxies without their credentials. */
  @Override
  public String toString() {
    return "https "
        + (https == null ? "directly" : "through " + https)
        + ", http "
        + (http == null ? "directly" : "through " + http);
  }
}

package dev.mcpsession.token.oauth;

import dev.mcpsession.config.EndpointUrl;
import dev.mcpsession.token.TokenFailure;
import java.util.Collection;
import java.util.List;

/**
 * The endpoints that the operator or the gateway may call. Anybody who may create sessions or
 * templates in a namespace chooses the URLs in them, and must not be able to send the operator,
 * with its clients' secrets, to a host or path that its administrator did not allow.
 */
public final class AllowedEndpoints {
  private final List<EndpointUrl> prefixes;
  private final String caller;
  private final String setting;

  /**
   * Those of the operator.
   *
   * @param prefixes scheme, host and port, and a path that allows itself and what is below it, by
   *     whole segments; empty: nothing is allowed
   * @param allowHttp whether a prefix may be http
   * @throws IllegalArgumentException if a URL cannot be a prefix, or is http and must not be
   */
  public AllowedEndpoints(Collection<EndpointUrl> prefixes, boolean allowHttp) {
    this(prefixes, allowHttp, "operator", "tokenEndpoints.allowed");
  }

  private AllowedEndpoints(
      Collection<EndpointUrl> prefixes, boolean allowHttp, String caller, String setting) {
    this.caller = caller;
    this.setting = setting;
    for (EndpointUrl prefix : prefixes) {
      if (!prefix.isPrefix()) {
        throw new IllegalArgumentException("not a URL in normal form without query");
      }
      if (prefix.isHttp() && !allowHttp) {
        throw new IllegalArgumentException(prefix.shown() + " is http, which is not allowed");
      }
    }
    this.prefixes = List.copyOf(prefixes);
  }

  /** Those of the gateway, as the operator's. */
  public static AllowedEndpoints ofGateway(Collection<EndpointUrl> prefixes, boolean allowHttp) {
    return new AllowedEndpoints(prefixes, allowHttp, "gateway", "signIn.allowedEndpoints");
  }

  /**
   * Checks that a URL is allowed.
   *
   * @param field of the source, such as tokenEndpoint
   * @throws TokenFailure FAILED, with what to do, if the URL is not plain or not allowed
   */
  public EndpointUrl check(String field, String url) throws TokenFailure {
    EndpointUrl parsed = EndpointUrl.parse(url);
    if (parsed == null) {
      // Not repeated: it may hold a password.
      throw new TokenFailure(
          TokenFailure.Kind.FAILED,
          field
              + " is not a plain URL such as https://git.example/login/oauth/access_token, without"
              + " user information, dot segments, path parameters and encoded slashes; correct it");
    }
    if (prefixes.stream().noneMatch(prefix -> prefix.covers(parsed))) {
      throw new TokenFailure(
          TokenFailure.Kind.FAILED,
          field
              + " "
              + parsed.shown()
              + " is not allowed by the "
              + caller
              + "'s configuration; ask its administrator to add it to "
              + setting);
    }
    return parsed;
  }
}

package dev.mcpsession.token.oauth;

import dev.mcpsession.token.TokenFailure;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The endpoints that the operator may call. Whoever may create sessions in a namespace writes URLs
 * into them, and must not point the operator, with its clients' secrets, at anything that its
 * administrator did not mean.
 */
public final class AllowedEndpoints {
  private final List<IssuerUrl> prefixes = new ArrayList<>();

  /**
   * @param prefixes scheme, host and port, and a path that allows itself and what is below it, by
   *     whole segments; empty: nothing is allowed
   * @param allowHttp whether a prefix may be http
   * @throws IllegalArgumentException if a prefix is not a URL in normal form, or http unallowed
   */
  public AllowedEndpoints(Collection<URI> prefixes, boolean allowHttp) {
    for (URI prefix : prefixes) {
      IssuerUrl url = IssuerUrl.parse(prefix.toString());
      if (url == null || prefix.getRawQuery() != null) {
        throw new IllegalArgumentException("not a URL in normal form without query");
      }
      if (url.scheme().equals("http") && !allowHttp) {
        throw new IllegalArgumentException(
            IssuerUrl.shown(prefix) + " is http, which is not allowed");
      }
      this.prefixes.add(url);
    }
  }

  /**
   * Lets a URL pass that is allowed.
   *
   * @param field of the source, such as tokenEndpoint
   * @throws TokenFailure FAILED, with what to do, if it is not
   */
  URI check(String field, String url) throws TokenFailure {
    IssuerUrl parsed = IssuerUrl.parse(url);
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
              + IssuerUrl.shown(parsed.uri())
              + " is not allowed by the operator's configuration; ask its administrator to add it"
              + " to tokenEndpoints.allowed");
    }
    return parsed.uri();
  }
}

package dev.mcpsession.token.oauth;

import dev.mcpsession.api.OAuth2Source;
import java.net.URI;

/**
 * Where a request goes, in the words of the session's author.
 *
 * @param field of the source that holds the URL
 */
record IssuerEndpoint(String field, URI uri, OAuth2Source source) {
  /** The field and the URL without its query. */
  @Override
  public String toString() {
    return field + " " + url();
  }

  /** Without query. */
  String url() {
    return IssuerUrl.shown(uri);
  }
}

package dev.mcpsession.token.oauth;

import dev.mcpsession.api.OAuth2Source;
import dev.mcpsession.config.EndpointUrl;
import java.net.URI;

/**
 * Where a request goes, and which field of the session says so.
 *
 * @param field of the source that holds the URL, such as tokenEndpoint
 */
record IssuerEndpoint(String field, EndpointUrl url, OAuth2Source source) {
  URI uri() {
    return url.uri();
  }

  /** The field and the URL without its query. */
  @Override
  public String toString() {
    return field + " " + url.shown();
  }
}

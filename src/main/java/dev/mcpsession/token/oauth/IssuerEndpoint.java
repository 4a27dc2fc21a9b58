package dev.mcpsession.token.oauth;

import dev.mcpsession.config.EndpointUrl;
import dev.mcpsession.config.HttpProxy;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where a request goes, and which field of the session or of a configuration says so.
 *
 * @param field that holds the URL, such as tokenEndpoint
 * @param proxy through which the request goes; null: it goes directly
 */
record IssuerEndpoint(
    String field, EndpointUrl url, ClientOrigin origin, @Nullable HttpProxy proxy) {
  URI uri() {
    return url.uri();
  }

  /** The field, the URL without its query, and the proxy without its credentials. */
  @Override
  public String toString() {
    return field + " " + url.shown() + (proxy == null ? "" : " (through proxy " + proxy + ")");
  }
}

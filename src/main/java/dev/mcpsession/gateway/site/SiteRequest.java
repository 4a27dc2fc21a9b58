package dev.mcpsession.gateway.site;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A request of a browser or of a client.
 *
 * @param method such as GET
 * @param path without a query, as sent
 * @param query as sent, without the question mark; empty: none
 * @param headers by name in lower case, each with all its values
 * @param body as sent; empty: none
 */
@SuppressWarnings("ArrayRecordComponent") // copied on its way in and out, and compared by nobody
public record SiteRequest(
    String method, String path, String query, Map<String, List<String>> headers, byte[] body) {
  public SiteRequest {
    headers = Map.copyOf(headers);
    body = body.clone();
  }

  @Override
  public byte[] body() {
    return body.clone();
  }

  /** The only value of a header; empty if there is none or more than one. */
  public Optional<String> header(String name) {
    List<String> values = headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
  }

  /** All values of a header. */
  public List<String> headers(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
  }

  /** Leaves out what may be secret: query, headers and body. */
  @Override
  public String toString() {
    return method + " " + path;
  }
}

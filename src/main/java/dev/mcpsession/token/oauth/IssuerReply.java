package dev.mcpsession.token.oauth;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A complete HTTP response. Its body may contain tokens and is never shown. */
final class IssuerReply {
  private final int status;
  private final @Nullable String retryAfter;
  private final String body;

  IssuerReply(int status, @Nullable String retryAfter, String body) {
    this.status = status;
    this.retryAfter = retryAfter;
    this.body = body;
  }

  static IssuerReply of(HttpResponse<byte[]> response) {
    byte[] body = response.body(); // null if a proxy refused to open a tunnel
    return new IssuerReply(
        response.statusCode(),
        response.headers().firstValue("Retry-After").orElse(null),
        body == null ? "" : new String(body, StandardCharsets.UTF_8));
  }

  int status() {
    return status;
  }

  /** The Retry-After header as it came; null if there is none. */
  @Nullable String retryAfter() {
    return retryAfter;
  }

  String body() {
    return body;
  }

  /** Leaves the body and headers out. */
  @Override
  public String toString() {
    return "IssuerReply[" + status + "]";
  }
}

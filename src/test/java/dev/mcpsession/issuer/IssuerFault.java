package dev.mcpsession.issuer;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a call to a {@link ForgejoIssuer} goes wrong. */
public sealed interface IssuerFault {
  /**
   * An HTTP status, as by a proxy in front; nothing is done.
   *
   * @param retryAfter the header's value; null without one
   */
  record Status(int status, @Nullable String retryAfter) implements IssuerFault {}

  /** Done at once, answered late. */
  record Slow(Duration delay) implements IssuerFault {}

  /** No answer before it is healed, and nothing is done. */
  record Silence() implements IssuerFault {}

  /** The connection is reset, and nothing is done. */
  record Reset() implements IssuerFault {}

  /** Done, but the connection is cut before the answer: the new tokens are lost. */
  record AnswerLost() implements IssuerFault {}

  /** Status 200 with a body that is no token response; nothing is done. */
  record Nonsense(String contentType, String body) implements IssuerFault {}

  /**
   * An error whose description repeats the refresh token and the client's secret; nothing is done.
   *
   * @param error an OAuth 2 error code, or anything
   */
  record Echo(int status, String error) implements IssuerFault {}

  /** Answers without expires_in. */
  record NoExpiry() implements IssuerFault {}

  /** Answers without a new refresh token: the old one stays valid (RFC 6749, section 6). */
  record NoRefreshToken() implements IssuerFault {}
}

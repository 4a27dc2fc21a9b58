package dev.mcpsession.token.oauth;

import java.time.Duration;

/** Observes every request to an authorization server, for metrics; must not throw. */
@FunctionalInterface
public interface IssuerCalls {
  /** The endpoint that was called, named as in the metrics. */
  enum Endpoint {
    token,
    introspection,
    revocation,
    /** Who an access token's user is (OpenID Connect Core 1.0, section 5.3). */
    userinfo,
    /** What an issuer publishes: its metadata and its keys. */
    document
  }

  /** How the call ended, named as in the metrics. */
  enum Outcome {
    /** The server gave what was asked for. */
    success,
    /** The grant will never be accepted again. */
    rejected,
    /** The call will fail until somebody changes the session, a Secret or the server. */
    misconfigured,
    /** There was no answer, or no usable one; this may go away by itself. */
    unavailable
  }

  /** Called after each request, but not for those that were interrupted. */
  void called(Endpoint endpoint, Outcome outcome, Duration duration);
}

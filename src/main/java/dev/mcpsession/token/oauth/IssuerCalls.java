package dev.mcpsession.token.oauth;

import java.time.Duration;

/** Is told of every request to an authorization server, for metrics; must not throw. */
@FunctionalInterface
public interface IssuerCalls {
  /** Which endpoint was called. Named as in metrics. */
  enum Endpoint {
    token,
    introspection,
    revocation
  }

  /** What came of it. Named as in metrics. */
  enum Outcome {
    /** What was asked for. */
    success,
    /** The grant will never be accepted again. */
    rejected,
    /** Nothing will change until somebody changes the session, a Secret or the server. */
    misconfigured,
    /** No answer, or none of use; may change by itself. */
    unavailable
  }

  /** Tells of a request that has ended; those that an interrupt cut off are left out. */
  void called(Endpoint endpoint, Outcome outcome, Duration duration);
}

package dev.mcpsession.signin.identity;

/**
 * Is told what sign-in does, for metrics; nothing in it comes from outside. Called on any thread,
 * and returns at once.
 */
public interface SignInEvents {
  /** For those who need not know. */
  SignInEvents NONE = new SignInEvents() {};

  /** What a client gave for its tokens. */
  enum Kind {
    code,
    refresh_token
  }

  /** What became of it. */
  enum Exchange {
    /** New tokens. */
    issued,
    /** The same refresh token as a moment ago, since the answer may have been lost. */
    repeated,
    /** None. */
    refused,
    /** None now: what is stored could not be read or changed. */
    failed
  }

  /** Where something was refused. */
  enum Place {
    register,
    authorize,
    callback,
    token,
    revoke,
    account
  }

  /** Who says who the user is. */
  enum Identity {
    upstream,
    issuer
  }

  /** How a visit to a provider ended, or why it could not begin. */
  enum Outcome {
    /** The user came back, and the provider says who they are. */
    completed,
    /** The user said no. */
    denied,
    /** The provider did not answer. */
    away,
    /** The provider refused the code, or says of nobody that it is theirs. */
    refused,
    /** What came back is of another provider, or of another sign-in. */
    mismatch,
    /** The administrator has to correct something. */
    misconfigured,
    /** The upstream gave no refresh token. */
    no_refresh_token
  }

  /** A request of a client for tokens was answered. */
  default void exchanged(Kind kind, Exchange outcome) {}

  /** Something that can be used once was used again, and the sign-in was ended. */
  default void reused(Kind kind) {}

  /** A request was refused. */
  default void refused(Place place, OAuthErrorCode reason) {}

  /** A user came back from a provider, or could not be sent there. */
  default void visited(Identity identity, Outcome outcome) {}
}

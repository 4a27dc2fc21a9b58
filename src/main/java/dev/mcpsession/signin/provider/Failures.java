package dev.mcpsession.signin.provider;

import dev.mcpsession.signin.provider.ProviderException.Kind;
import dev.mcpsession.token.TokenFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What failures mean for a user at a provider. What only an administrator understands goes to the
 * log, and to the user as well where the administrator has to do something.
 *
 * @param host of the provider, as people know it
 */
record Failures(String host) {
  private static final Logger log = LoggerFactory.getLogger(Failures.class);

  /** A call to the provider that failed. */
  ProviderException of(TokenFailure failure) {
    return switch (failure.kind()) {
      case UNAVAILABLE -> away(failure.getMessage());
      case REJECTED ->
          new ProviderException(
              Kind.REFUSED,
              host
                  + " does not accept the code that you have come back with. It was used already,"
                  + " or it took too long. Sign in again.");
      case FAILED, MISSING -> misconfigured(failure.getMessage());
    };
  }

  /** Secrets that could not be read, or are not as they must be. */
  ProviderException ofSecrets(TokenFailure failure) {
    return switch (failure.kind()) {
      case MISSING -> misconfigured(failure.getMessage());
      case FAILED, UNAVAILABLE, REJECTED -> {
        log.warn(
            "What is needed to sign users in at {} cannot be read: {}", host, failure.getMessage());
        yield new ProviderException(
            Kind.AWAY,
            "The gateway cannot read what it needs to sign you in at "
                + host
                + ". Try again in a minute.");
      }
    };
  }

  /**
   * No answer that is of use.
   *
   * @param detail for the log
   */
  ProviderException away(String detail) {
    log.warn("Nobody can sign in at {}: {}", host, detail);
    return new ProviderException(
        Kind.AWAY,
        host
            + " does not answer as it should at the moment. Try again in a minute; tell your"
            + " administrator if that does not help.");
  }

  /** The waiting thread was interrupted, which it stays. */
  ProviderException interrupted() {
    Thread.currentThread().interrupt();
    return new ProviderException(Kind.AWAY, "The gateway stops now. Try again in a minute.");
  }

  /**
   * What came back is not of this provider, or not of this sign-in.
   *
   * @param detail for the log; holds nothing that came back
   */
  ProviderException mismatch(String detail) {
    log.warn("A sign-in at {} was refused: {}", host, detail);
    return new ProviderException(
        Kind.MISMATCH,
        "What came back does not belong to a sign-in of yours at "
            + host
            + ", so it was not used. Begin again in your client; if you have not begun anything,"
            + " close this page.");
  }

  /** The provider does not say who it is, in time. */
  ProviderException refused(String detail) {
    log.warn("A sign-in at {} was refused: {}", host, detail);
    return new ProviderException(
        Kind.REFUSED, host + " has not signed you in (" + detail + "). Sign in again.");
  }

  /**
   * Trying again does not help.
   *
   * @param detail for the administrator; holds no secret
   */
  ProviderException misconfigured(String detail) {
    log.warn("Nobody can sign in at {}: {}", host, detail);
    return new ProviderException(
        Kind.MISCONFIGURED,
        "Signing in at "
            + host
            + " does not work as it is set up. Tell your administrator: "
            + detail
            + ".");
  }
}

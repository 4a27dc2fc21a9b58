package dev.mcpsession.token;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why a source gave no token. The message is shown to users, so it never contains a token or the
 * content of a Secret.
 */
public final class TokenFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /** What the failure means for the session. */
  public enum Kind {
    /**
     * The object that the source names, or a key in it, does not exist: TokenValid False with
     * reason {@code SourceMissing}.
     */
    MISSING,
    /**
     * Anything else that concerns this session and may go away, mostly by a change of
     * configuration: TokenValid False with reason {@code RefreshFailed}.
     */
    FAILED,
    /**
     * The endpoint gives nobody a usable answer: it was not reached, did not answer in time, or
     * answered that it is out of order or busy. As FAILED for users, but the session waits for the
     * endpoint rather than for a delay of its own.
     */
    UNAVAILABLE,
    /**
     * The issuer rejected the grant for good: the session is evicted with reason {@code
     * GrantRejected}.
     */
    REJECTED
  }

  private final Kind kind;
  private final transient @Nullable Duration retryAfter;
  private final transient @Nullable Outage outage;

  /**
   * The endpoint that is failing.
   *
   * @param outages where calls wait for it
   * @param endpoint its name
   * @param called whether it was called, rather than known to be failing
   */
  public record Outage(Outages outages, String endpoint, boolean called) {
    /** Waits until the endpoint answers, or until this call is the one to probe it. */
    public void await(Outages.Waiter waiter) {
      outages.await(this, waiter);
    }
  }

  public TokenFailure(Kind kind, String message) {
    this(kind, message, null);
  }

  /**
   * A failure for which the issuer may have said when to retry.
   *
   * @param retryAfter the delay that the issuer asked for; null if it asked for none
   */
  public TokenFailure(Kind kind, String message, @Nullable Duration retryAfter) {
    this(kind, message, retryAfter, null);
  }

  private TokenFailure(
      Kind kind, String message, @Nullable Duration retryAfter, @Nullable Outage outage) {
    super(message);
    this.kind = kind;
    this.retryAfter = retryAfter;
    this.outage = outage;
  }

  /** The same failure, as that of an endpoint. */
  TokenFailure of(Outage outage) {
    return new TokenFailure(kind, getMessage(), retryAfter, outage);
  }

  /** The same failure, for another thread that waited for the same call. */
  public TokenFailure copy() {
    return new TokenFailure(kind, getMessage(), retryAfter, outage);
  }

  public Kind kind() {
    return kind;
  }

  /** The delay that the issuer asked for; null if it asked for none. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /** The endpoint that is failing; null if the failure is the session's own. */
  public @Nullable Outage outage() {
    return outage;
  }

  /** Never null, unlike the message of other exceptions. */
  @Override
  public String getMessage() {
    String message = super.getMessage();
    return message == null ? kind.name() : message;
  }
}

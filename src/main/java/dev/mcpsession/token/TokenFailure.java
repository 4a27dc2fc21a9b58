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
     * Anything that may go away by itself or by a change of configuration: TokenValid False with
     * reason {@code RefreshFailed}.
     */
    FAILED,
    /**
     * The issuer rejected the grant for good: the session is evicted with reason {@code
     * GrantRejected}.
     */
    REJECTED
  }

  private final Kind kind;
  private final transient @Nullable Duration retryAfter;

  public TokenFailure(Kind kind, String message) {
    this(kind, message, null);
  }

  /**
   * A failure for which the issuer may have said when to retry.
   *
   * @param retryAfter the delay that the issuer asked for; null if it asked for none
   */
  public TokenFailure(Kind kind, String message, @Nullable Duration retryAfter) {
    super(message);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }

  public Kind kind() {
    return kind;
  }

  /** The delay that the issuer asked for; null if it asked for none. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /** Never null, unlike the message of other exceptions. */
  @Override
  public String getMessage() {
    String message = super.getMessage();
    return message == null ? kind.name() : message;
  }
}

package dev.mcpsession.token;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why a source gave no token. The message is shown to users and therefore never holds a token or a
 * Secret's content.
 */
public final class TokenFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /** What an answer means for the session. */
  public enum Kind {
    /**
     * The object that the source names, or a key of it, is not there: TokenValid {@code
     * SourceMissing}.
     */
    MISSING,
    /**
     * Anything that may go away by itself or by a change of the configuration: {@code
     * RefreshFailed}.
     */
    FAILED,
    /**
     * The issuer rejected the grant for good: the session is evicted with {@code GrantRejected}.
     */
    REJECTED
  }

  private final Kind kind;
  private final transient @Nullable Duration retryAfter;

  public TokenFailure(Kind kind, String message) {
    this(kind, message, null);
  }

  /**
   * A failure after which the issuer may have asked for patience.
   *
   * @param retryAfter what the issuer asked for; null when it did not say
   */
  public TokenFailure(Kind kind, String message, @Nullable Duration retryAfter) {
    super(message);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }

  public Kind kind() {
    return kind;
  }

  public @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /** Never null, unlike that of other exceptions. */
  @Override
  public String getMessage() {
    String message = super.getMessage();
    return message == null ? kind.name() : message;
  }
}

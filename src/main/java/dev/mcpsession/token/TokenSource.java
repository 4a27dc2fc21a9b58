package dev.mcpsession.token;

import dev.mcpsession.api.TokenSourceSpec;
import dev.mcpsession.api.TokenSpec;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Issues tokens for sessions. An implementation may be slow, may fail, and may change state
 * elsewhere (a call can use up a grant). So it runs off the reconcile thread, with at most one call
 * at a time per session, and what it returns is used or stored rather than requested a second time.
 */
public interface TokenSource {
  /**
   * Gets a token, within a timeout that the implementation sets.
   *
   * @throws TokenFailure if there is no token, with what that means for the session
   * @throws InterruptedException when the operator shuts down
   */
  Token issue(Request request) throws TokenFailure, InterruptedException;

  /**
   * Asks for a token for one session, from the source that its spec names.
   *
   * @param uid of the session
   * @param acceptable whether a token that is already stored will do; if not, a new one is
   *     requested
   * @param wanted whether the session still waits for the token; asked before a call that had to
   *     wait for its turn
   */
  record Request(
      String namespace,
      String session,
      String uid,
      TokenSpec spec,
      Predicate<TokenInfo> acceptable,
      BooleanSupplier wanted) {
    /** For a session that waits as long as it takes. */
    public Request(
        String namespace,
        String session,
        String uid,
        TokenSpec spec,
        Predicate<TokenInfo> acceptable) {
      this(namespace, session, uid, spec, acceptable, () -> true);
    }

    /**
     * The source that the spec names, as the implementation that is asked needs it.
     *
     * @throws IllegalArgumentException if the spec names a source of another type
     */
    public <S extends TokenSourceSpec> S source(Class<S> type) {
      TokenSourceSpec source = spec.source();
      if (!type.isInstance(source)) {
        throw new IllegalArgumentException("no " + type.getSimpleName() + " in " + this);
      }
      return type.cast(source);
    }
  }
}

package dev.mcpsession.token;

import dev.mcpsession.api.TokenSourceSpec;
import dev.mcpsession.api.TokenSpec;
import java.util.function.Predicate;

/**
 * Issues tokens for sessions. An implementation may be slow, may fail and may keep state outside (a
 * grant that is used up by a call), so it is called at most once at a time per session, off the
 * reconcile thread, and what it returns is used or stored, never asked for twice.
 */
public interface TokenSource {
  /**
   * Gets a token, within a timeout of its own.
   *
   * @throws TokenFailure when there is none, with what that means for the session
   * @throws InterruptedException when the operator ends
   */
  Token issue(Request request) throws TokenFailure, InterruptedException;

  /**
   * For which session, by which source of its spec.
   *
   * @param acceptable whether a token that is there already will do; one that is not, has to be
   *     asked for
   */
  record Request(
      String namespace,
      String session,
      String uid,
      TokenSpec spec,
      Predicate<TokenInfo> acceptable) {
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

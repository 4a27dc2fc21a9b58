package dev.mcpsession.reconcile.memory;

import dev.mcpsession.plan.observed.TokenCall;
import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenInfo;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One session's call of its token source, and the token in hand. Guarded by its own monitor. */
public final class TokenCallState {
  private final BooleanSupplier closed;

  private TokenCall call = new TokenCall.None();
  private @Nullable Token token;
  private long number;
  private @Nullable String specHash;
  private @Nullable String inputs;

  /**
   * @param closed whether the session is gone; then no answer is taken any more
   */
  public TokenCallState(BooleanSupplier closed) {
    this.closed = closed;
  }

  /**
   * The call as it stands for a session whose spec.token has this hash; one for another spec is
   * none.
   */
  public synchronized TokenCall call(String specHash) {
    return specHash.equals(this.specHash) ? call : new TokenCall.None();
  }

  /**
   * Notes that a call begins.
   *
   * @return its number, for {@link #finish}
   */
  public synchronized long begin(TokenCall.InFlight inFlight, String specHash) {
    call = inFlight;
    token = null;
    this.specHash = specHash;
    inputs = null;
    return ++number;
  }

  /**
   * Takes a call's result, unless another began, it was forgotten or the session went meanwhile.
   *
   * @param inputs what the token was wanted for
   * @return whether it was taken
   */
  public synchronized boolean finish(
      long number, TokenCall result, @Nullable Token value, @Nullable String inputs) {
    if (number != this.number || closed.getAsBoolean()) {
      return false;
    }
    call = result;
    token = value;
    this.inputs = inputs;
    return true;
  }

  /** A token that an earlier process stored already: only what its Secret says of it is known. */
  public synchronized void recovered(TokenInfo info, String specHash) {
    number++;
    call = new TokenCall.Issued(info);
    token = null;
    this.specHash = specHash;
  }

  /** Drops the token in hand, and the answer of a call under way. */
  public synchronized void forget() {
    number++;
    call = new TokenCall.None();
    token = null;
  }

  /** In hand; null when there is none, or only its Secret has it. */
  public synchronized @Nullable Token token() {
    return token;
  }

  /** What is known of the token that was issued last; null while there is none. */
  public synchronized @Nullable TokenInfo info() {
    return call instanceof TokenCall.Issued(TokenInfo info) ? info : null;
  }

  /** The Secret holds another token than the one in hand; what it says is what counts. */
  public synchronized void isStored(TokenInfo stored) {
    call = new TokenCall.Issued(stored);
    token = null;
  }

  /** What the call that ended last was for; null when none did. */
  public synchronized @Nullable String inputs() {
    return inputs;
  }
}

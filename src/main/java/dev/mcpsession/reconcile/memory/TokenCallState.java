package dev.mcpsession.reconcile.memory;

import dev.mcpsession.plan.observed.TokenCall;
import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenInfo;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One session's call of its token source, and the token in hand. Guarded by its own monitor. */
public final class TokenCallState {
  /** Differs from any hash of inputs. */
  private static final String REFILLED = "refilled";

  private final BooleanSupplier closed;

  private TokenCall call = new TokenCall.None();
  private @Nullable Token token;
  private long number;
  private @Nullable String specHash;
  private @Nullable String inputs;
  private int fruitless;
  private boolean failed;

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
   * @param inputs that the token is for
   * @return its number, for {@link #finish}
   */
  public synchronized long begin(TokenCall.InFlight inFlight, String specHash, String inputs) {
    boolean again = specHash.equals(this.specHash) && inputs.equals(this.inputs);
    fruitless = again ? fruitless + 1 : 1;
    call = inFlight;
    token = null;
    this.specHash = specHash;
    this.inputs = null;
    failed = false;
    return ++number;
  }

  /** Whether this call's result would be taken. */
  public synchronized boolean isAwaited(long number) {
    return number == this.number && !closed.getAsBoolean();
  }

  /**
   * Notes that a call waits for its endpoint, which is not held against the session.
   *
   * @return whether its result is still awaited
   */
  public synchronized boolean suspend(long number, TokenCall.Waiting waiting, String inputs) {
    if (!isAwaited(number)) {
      return false;
    }
    call = waiting;
    this.inputs = inputs;
    fruitless = 0;
    return true;
  }

  /**
   * Notes that a call that waited goes on.
   *
   * @return whether its result is still awaited
   */
  public synchronized boolean resume(long number, TokenCall.InFlight inFlight) {
    if (!isAwaited(number)) {
      return false;
    }
    call = inFlight;
    inputs = null;
    return true;
  }

  /**
   * Takes a call's result, unless another began, it was forgotten or the session went meanwhile.
   *
   * @param inputs what the token was wanted for
   * @return whether it was taken
   */
  public synchronized boolean finish(
      long number, TokenCall result, @Nullable Token value, @Nullable String inputs) {
    if (!isAwaited(number)) {
      return false;
    }
    call = result;
    failed = result instanceof TokenCall.Failed;
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

  /** The token in hand reached a Pod. */
  public synchronized void used() {
    fruitless = 0;
  }

  /** How many calls in a row, the last included, gave no token that reached a Pod. */
  public synchronized int fruitless() {
    return fruitless;
  }

  /**
   * The source may hold a token by now.
   *
   * @return whether the session waits after a call that failed, so that it should call again
   */
  public synchronized boolean refilled() {
    if (!failed || !(call instanceof TokenCall.None)) {
      return false;
    }
    inputs = REFILLED;
    return true;
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

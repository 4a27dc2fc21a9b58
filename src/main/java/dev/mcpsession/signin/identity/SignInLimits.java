package dev.mcpsession.signin.identity;

import java.time.Duration;
import java.time.Instant;

/**
 * How long sign-ins last.
 *
 * @param idle after which one that was not used ends
 * @param absolute after which any ends
 */
public record SignInLimits(Duration idle, Duration absolute) {
  /**
   * How long a code may be sent a second time: its 60 s, and what the clocks of two replicas may
   * differ by. For so long after its beginning, an ended sign-in is kept.
   */
  public static final Duration CODE_MAY_RETURN = Duration.ofMinutes(2);

  /** What is to be done with a sign-in. */
  public enum Verdict {
    /** It goes on, or its code may still return. */
    KEEP,
    /** It was not used for too long, or is too old: nobody may use it any more. */
    OVER,
    /** It has ended, and its code is no longer good either. */
    ENDED
  }

  /** What is to be done at an instant. */
  public Verdict at(SignIn signIn, Instant now) {
    if (signIn.isEnded()) {
      return isYoung(signIn, now) ? Verdict.KEEP : Verdict.ENDED;
    }
    return areOver(signIn, now) ? Verdict.OVER : Verdict.KEEP;
  }

  /** Whether a sign-in was not used for too long, or is too old, also if nobody has noticed yet. */
  public boolean areOver(SignIn signIn, Instant now) {
    return !now.isBefore(signIn.lastUsedAt().plus(idle))
        || !now.isBefore(signIn.createdAt().plus(absolute));
  }

  /** Whether its code may still return, so that it has to be kept if it ends. */
  public static boolean isYoung(SignIn signIn, Instant now) {
    return now.isBefore(signIn.createdAt().plus(CODE_MAY_RETURN));
  }
}

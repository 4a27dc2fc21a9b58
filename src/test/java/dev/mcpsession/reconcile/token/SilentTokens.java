package dev.mcpsession.reconcile.token;

import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenFailure;
import dev.mcpsession.token.TokenInfo;
import dev.mcpsession.token.TokenSource;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * An issuer that withholds its response from sessions of some names until told otherwise, and
 * answers all others at once. A token says for which session it was issued.
 */
final class SilentTokens implements TokenSource {
  /** The timeout that a real source would have. */
  private static final int TIMEOUT_SECONDS = 30;

  private final String silentTo;
  private final CountDownLatch speak = new CountDownLatch(1);
  private final List<Request> asked = new CopyOnWriteArrayList<>();

  SilentTokens(String silentTo) {
    this.silentTo = silentTo;
  }

  @Override
  public Token issue(Request request) throws TokenFailure, InterruptedException {
    boolean first = asked.stream().noneMatch(old -> old.uid().equals(request.uid()));
    boolean namesake = asked.stream().anyMatch(old -> old.session().equals(request.session()));
    asked.add(request);
    if (first && !namesake && request.session().startsWith(silentTo)) {
      if (!speak.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        throw new TokenFailure(TokenFailure.Kind.FAILED, "the issuer said nothing for 30 s");
      }
    }
    return new Token("token of " + request.uid(), new TokenInfo(Instant.now(), null, null));
  }

  void speak() {
    speak.countDown();
  }

  List<Request> asked() {
    return List.copyOf(asked);
  }
}

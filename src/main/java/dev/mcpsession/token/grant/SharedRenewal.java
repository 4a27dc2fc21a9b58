package dev.mcpsession.token.grant;

import dev.mcpsession.token.Token;
import dev.mcpsession.token.TokenSource.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One renewal of a grant, and the sessions that wait for its result. */
final class SharedRenewal {
  private final CompletableFuture<Token> result = new CompletableFuture<>();
  private final List<Request> waiting = new ArrayList<>();
  private boolean abandoned;

  SharedRenewal(Request first) {
    waiting.add(first);
  }

  CompletableFuture<Token> result() {
    return result;
  }

  /** Waits for the result as well; false if the renewal was abandoned before. */
  synchronized boolean join(Request request) {
    waiting.add(request);
    return !abandoned;
  }

  /** Whether one of the sessions still waits; once false, nobody can join any more. */
  synchronized boolean isWanted() {
    abandoned = abandoned || waiting.stream().noneMatch(request -> request.wanted().getAsBoolean());
    return !abandoned;
  }
}

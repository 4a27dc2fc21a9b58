package dev.mcpsession.gateway.stream;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known so far of a JSON-RPC message whose bytes still come: what it is, and where the ids
 * in it are. Which of them are the sender's own depends on what may come behind them. Not
 * thread-safe.
 */
final class ScannedMessage {
  /** Where something was found: the indices of its bytes. */
  record Range(int from, int to) {
    private Range shifted(int by) {
      return new Range(from - by, to - by);
    }
  }

  /** What a value may be. */
  enum IdKind {
    /** {@code id}: of the message. */
    OF_MESSAGE,
    /** {@code params._meta.progressToken}. */
    PROGRESS_TOKEN,
    /** {@code params.requestId}: of a request that is cancelled. */
    OF_REQUEST
  }

  private record Found(IdKind kind, Range range) {}

  private static final String CANCELLED = "notifications/cancelled";
  private static final String NOTIFICATIONS = "notifications/";

  private final List<Found> found = new ArrayList<>(2);
  private @Nullable String method;
  private boolean answers;
  private boolean hasId;

  /**
   * It has a {@code method}.
   *
   * @param name empty if it is too long to be of interest; null if it is no text
   */
  void method(@Nullable String name) {
    method = name;
  }

  /** It has a {@code result} or an {@code error}. */
  void answers() {
    answers = true;
  }

  /** It has this id, which is a text or a number. */
  void has(IdKind kind, Range range) {
    hasId |= kind == IdKind.OF_MESSAGE;
    found.add(new Found(kind, range));
  }

  /** Whether it is an answer, as far as is known. */
  boolean isAnswer() {
    return answers && method == null;
  }

  /**
   * What was found so far is judged by what is known so far: it is passed on now.
   *
   * @param own takes where the sender's own ids are
   */
  void decide(List<Range> own) {
    decide(hasId || (method != null && !method.startsWith(NOTIFICATIONS)), own);
  }

  /**
   * All of it has come. What follows is another one.
   *
   * @param own takes where the sender's own ids are
   */
  void end(List<Range> own) {
    decide(hasId, own);
    clear();
  }

  private void decide(boolean isRequest, List<Range> own) {
    if (method != null) {
      for (Found it : found) {
        boolean isOwn =
            switch (it.kind()) {
              case OF_MESSAGE -> true;
              case PROGRESS_TOKEN -> isRequest;
              case OF_REQUEST -> method.equals(CANCELLED);
            };
        if (isOwn) {
          own.add(it.range());
        }
      }
    }
    found.clear();
  }

  /** It breaks off. What follows is another one. */
  void clear() {
    method = null;
    answers = false;
    hasId = false;
    found.clear();
  }

  /** So many bytes before the next one are gone. */
  void shift(int by) {
    found.replaceAll(it -> new Found(it.kind(), it.range().shifted(by)));
  }
}

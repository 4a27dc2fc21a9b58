package dev.mcpsession.gateway.session;

import dev.mcpsession.api.SessionKey;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** What is reported of the use of sessions, in their annotations. No stage ends exceptionally. */
public interface SessionUses {
  /** From the cache; empty: the session is gone. */
  Optional<SessionUse> find(SessionKey session);

  /**
   * Adds a listener.
   *
   * @param changed called with each session that changed, and, where it was looked for before, when
   *     its template did; on a thread of the cache: return at once
   */
  void listen(Consumer<SessionKey> changed);

  /**
   * Reports the last use, unless another report came in between.
   *
   * @param seen what the report is based on
   */
  CompletionStage<Written> writeLastActive(SessionUse seen, Instant at);

  /** Reports that a stream or request is there, or was, unless another report came in between. */
  CompletionStage<Written> writeLastConnected(SessionUse seen, Instant at);

  /** Reports that nobody is there any more, unless anything of the session changed in between. */
  CompletionStage<Written> writeReleased(SessionUse seen, Instant at);

  /** What became of a report. */
  sealed interface Written {
    /** It is stored. */
    record Stored(SessionUse now) implements Written {}

    /** It is not stored, since the session changed in between. */
    record Changed(SessionUse now) implements Written {}

    /** There is no such session any more. */
    record Gone() implements Written {}

    /** The API server refused it, or did not answer. */
    record Failed(Demand.NotServed why) implements Written {}
  }
}

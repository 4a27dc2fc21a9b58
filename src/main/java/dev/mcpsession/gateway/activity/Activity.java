package dev.mcpsession.gateway.activity;

import dev.mcpsession.gateway.session.Backend;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Takes notice of use, and reports it to the operator. No method blocks. */
public interface Activity {
  /**
   * A client's bytes came in for this session. Wait for the answer before they are passed on: in
   * the usual case it is there at once, but a use shortly before the session's idle deadline is
   * written first, so that no session is taken away under a request that came in time.
   *
   * @return true: go on; false: the session is gone, or suspended for want of use, so demand it
   *     again. Never completes exceptionally, and completes on any thread.
   */
  CompletionStage<Boolean> used(Backend backend);

  /** A stream or request of this session begins; close it when it has ended. */
  Presence begun(Backend backend, boolean stream);

  /** One stream or request while it lasts. */
  interface Presence extends AutoCloseable {
    /** The client's side acknowledged bytes so long ago: counts as use where streams count. */
    void acknowledged(Duration ago);

    /**
     * Closes it, since its client is gone without a word: where streams count as use, it has not
     * counted since its last acknowledgement.
     */
    void lost();

    @Override
    void close();
  }
}

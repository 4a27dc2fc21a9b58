package dev.mcpsession.gateway.simulation;

import java.util.ArrayList;
import java.util.List;

/** What must never happen, and whether it did. */
final class Rules {
  /** One name for each rule, so that a broken decision can be seen to break its own. */
  enum Rule {
    /** No request with a possible effect is sent twice. */
    SENT_ONCE,
    /** No id of a connection works at a replica that could know of its end. */
    ENDED_IDS,
    /** No request, answer or event reaches another client, or a Pod that is not concerned. */
    OWN_ONLY,
    /** Every request ends. */
    NO_HANG,
    /** A connection has one backend session, and those that lost are ended. */
    ONE_SESSION,
    /** An id lives until it is ended. */
    IDS_LIVE,
    /** A stream that is resumed has each event once, or an error. */
    NO_GAP,
    /** An answer reaches who asked, and once. */
    ANSWERS,
    /** A cancellation reaches no Pod of another session. */
    CANCELLATIONS,
    /** A backend session knows what its client has set. */
    PREFERENCES,
    /** The newest GET stream of a connection is open, at the backend that serves. */
    STANDING
  }

  record Broken(Rule rule, String how) {}

  private final List<Broken> broken = new ArrayList<>();
  private final Timeline timeline;

  Rules(Timeline timeline) {
    this.timeline = timeline;
  }

  void require(boolean holds, Rule rule, String how) {
    if (!holds) {
      timeline.trace.line("BROKEN " + rule + ": " + how);
      broken.add(new Broken(rule, how));
    }
  }

  List<Broken> broken() {
    return broken;
  }
}

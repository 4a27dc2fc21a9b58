package dev.mcpsession.gateway.route;

import java.util.Optional;

/**
 * One backend session of a connection. The number of the backend alone does not say which: a
 * container that is started again in its Pod keeps the number, and has forgotten the session that
 * it had.
 *
 * @param revision of the backend, from 1
 * @param epoch how many sessions the connection had at this backend before, and lost
 */
public record Incarnation(int revision, int epoch) {
  /** Regular expression for {@link #text()}, without groups. */
  public static final String FORM = "[1-9][0-9]{0,9}(?:~[1-9][0-9]{0,9})?";

  /** The first one at a backend. */
  public static Incarnation first(int revision) {
    return new Incarnation(revision, 0);
  }

  /** The one at the backend of this revision that takes the place of this one. */
  public Incarnation next(int nextRevision) {
    return new Incarnation(nextRevision, nextRevision == revision ? epoch + 1 : 0);
  }

  /** Whether it is at the same backend as another one, which was lost before this began. */
  public boolean succeeds(Incarnation other) {
    return revision == other.revision && epoch > other.epoch;
  }

  /** As it stands in ids: {@code 3} for the first one at a backend, then {@code 3~1}. */
  public String text() {
    return epoch == 0 ? Integer.toString(revision) : revision + "~" + epoch;
  }

  /** Reads what has {@link #FORM}; empty: a number is too large. */
  public static Optional<Incarnation> parse(String text) {
    int tilde = text.indexOf('~');
    long revision = Long.parseLong(tilde < 0 ? text : text.substring(0, tilde));
    long epoch = tilde < 0 ? 0 : Long.parseLong(text.substring(tilde + 1));
    return revision > Integer.MAX_VALUE || epoch > Integer.MAX_VALUE
        ? Optional.empty()
        : Optional.of(new Incarnation((int) revision, (int) epoch));
  }
}

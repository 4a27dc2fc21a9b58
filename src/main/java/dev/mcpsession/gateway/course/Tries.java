package dev.mcpsession.gateway.course;

/**
 * What was tried more than once for a request: each has a bound, so that every way has an end.
 *
 * @param demands of the session in a row, none of which let the request through
 * @param failures of backends that did not take the request
 * @param bindings how often it came out that the connection leads elsewhere
 * @param place how often the backend may still say that another stream is open
 * @param taking whether the other replicas were told to close their streams
 */
public record Tries(int demands, int failures, int bindings, int place, Taking taking) {
  /** What came of telling the other replicas to close their streams. */
  public enum Taking {
    /** They were not told. */
    NOT_TRIED,
    /** They will close them. */
    DONE,
    /** They could not be told. */
    FAILED
  }

  /** Of a request that begins. */
  static final Tries NONE = new Tries(0, 0, 0, 0, Taking.NOT_TRIED);

  /** Use that comes just when the session is taken away leads to another demand, this often. */
  private static final int MOST_DEMANDS = 3;

  /** Other replicas may move a connection as well, and caches lag: it settles within so many. */
  private static final int MOST_BINDINGS = 3;

  private static final int MOST_FORGOTTEN = 2;

  /** A backend may notice late that the stream is closed whose place another one takes. */
  private static final int MOST_OF_PLACE = 10;

  boolean mayDemand() {
    return demands < MOST_DEMANDS;
  }

  boolean mayMove() {
    return bindings < MOST_BINDINGS;
  }

  /**
   * Whether a backend that does not know its session is given another one: a second time as well,
   * since the first one may have been another replica's, and older than what it has forgotten.
   */
  boolean mayBeginAnew() {
    return bindings < MOST_FORGOTTEN;
  }

  /** Whether the session was read live, and not from a cache that may be behind. */
  boolean isReadLive() {
    return demands > 1 || failures > 0 || bindings > 0;
  }

  /** For the first time in a row. */
  Tries demanded() {
    return new Tries(1, failures, bindings, place, taking);
  }

  Tries demandedAgain() {
    return new Tries(demands + 1, failures, bindings, place, taking);
  }

  Tries failed() {
    return new Tries(demands, failures + 1, bindings, place, taking);
  }

  Tries elsewhere() {
    return new Tries(demands, failures, bindings + 1, place, taking);
  }

  /** Another stream is being closed for this one. */
  Tries ofPlace() {
    return new Tries(demands, failures, bindings, MOST_OF_PLACE, taking);
  }

  Tries triedPlace() {
    return new Tries(demands, failures, bindings, place - 1, taking);
  }

  Tries placeTaken(boolean closes) {
    return new Tries(demands, failures, bindings, place, closes ? Taking.DONE : Taking.FAILED);
  }
}

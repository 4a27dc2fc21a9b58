package dev.mcpsession.simulation.model;

/** What may happen to one request of the operator. */
public enum Fault {
  KILLED_BEFORE("killed before it", true, false),
  KILLED_AFTER("killed after it", true, true),
  CONFLICT("409", false, false),
  SERVER_ERROR("500", false, false),
  ANSWER_LOST("answer lost", false, true);

  private final String words;
  private final boolean kills;
  private final boolean carriedOut;

  Fault(String words, boolean kills, boolean carriedOut) {
    this.words = words;
    this.kills = kills;
    this.carriedOut = carriedOut;
  }

  /** The process makes no further request. */
  public boolean kills() {
    return kills;
  }

  /** The API server gets the request all the same. */
  public boolean isCarriedOut() {
    return carriedOut;
  }

  @Override
  public String toString() {
    return words;
  }
}

package dev.mcpsession.simulation.model;

/** What goes wrong with requests of the operator, as often as the seed says. */
public final class Faults {
  /** What happens to one request. */
  public enum Fault {
    NONE,
    KILLED_BEFORE,
    KILLED_AFTER,
    CONFLICT,
    INTERNAL_ERROR,
    UNAVAILABLE,
    /** Not carried out, without a response. */
    TIMEOUT,
    /** Carried out, without a response. */
    ANSWER_LOST
  }

  private final Chance chance;
  private final double rate;
  private boolean over;

  public Faults(Chance chance) {
    this.chance = chance;
    this.rate = new double[] {0, 0.02, 0.08, 0.2}[chance.below(4)];
  }

  public Fault next() {
    return over || !chance.in(rate)
        ? Fault.NONE
        : Fault.values()[1 + chance.below(Fault.values().length - 1)];
  }

  public boolean now(double probability) {
    return !over && rate > 0 && chance.in(probability);
  }

  public boolean areUsual() {
    return rate > 0;
  }

  public boolean isOver() {
    return over;
  }

  public void end() {
    over = true;
  }
}

package dev.mcpsession.simulation.model;

/** The operator's process ended here. An Error, so that nothing of the operator can catch it. */
public final class Killed extends Error {
  private static final long serialVersionUID = 1L;
}

package dev.mcpsession.simulation.model;

/** The operator's process dies here. An Error, so that no operator code catches it. */
public final class Killed extends Error {
  private static final long serialVersionUID = 1L;
}

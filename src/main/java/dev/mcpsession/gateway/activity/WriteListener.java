package dev.mcpsession.gateway.activity;

/** Is told of each report that was stored. */
@FunctionalInterface
public interface WriteListener {
  /** One annotation was written. */
  void wrote();
}

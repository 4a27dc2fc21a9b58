package dev.mcpsession.kube;

/** Asked before every write; closed unless this process leads. */
@FunctionalInterface
public interface WriteGate {
  boolean isOpen();
}

package dev.mcpsession.kube;

/** Checked before every write; closed unless this process leads. */
@FunctionalInterface
public interface WriteGate {
  boolean isOpen();
}

package dev.mcpsession.signin.key;

/** The keys as they are known at the moment; other replicas may add some. */
@FunctionalInterface
public interface KeyRing {
  /** From memory; returns at once. */
  SignInKeys keys();
}

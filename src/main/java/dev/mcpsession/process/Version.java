package dev.mcpsession.process;

import java.util.Objects;

/** The version in the jar's manifest. */
public final class Version {
  private Version() {}

  /** "dev" when run from classes. */
  public static String number() {
    return Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "dev");
  }
}

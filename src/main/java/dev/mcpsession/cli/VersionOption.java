package dev.mcpsession.cli;

import dev.mcpsession.process.Version;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints, for all roles. */
final class VersionOption implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"mcp-session-operator " + Version.number()};
  }
}

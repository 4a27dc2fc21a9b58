package dev.mcpsession.gateway.auth;

import java.util.List;

/**
 * Whose tokens are accepted.
 *
 * @param issuers at least one, each once
 * @param allowHttp whether their URLs may be http, over which anybody can put in keys; for tests
 */
public record TokenSettings(List<IssuerSettings> issuers, boolean allowHttp) {
  public TokenSettings {
    issuers = List.copyOf(issuers);
  }
}

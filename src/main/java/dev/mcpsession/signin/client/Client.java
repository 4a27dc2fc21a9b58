package dev.mcpsession.signin.client;

import java.util.List;
import java.util.Optional;

/**
 * An MCP client; all of them are public (no secret).
 *
 * @param id as it sends it
 * @param name as it calls itself; nobody has checked it. Never blank
 * @param documentHost of its metadata document, which it has under its control; empty: it has
 *     registered itself, and may be anybody
 * @param redirectUris at least one, each valid and allowed by the configuration
 */
public record Client(
    String id, String name, Optional<String> documentHost, List<String> redirectUris) {
  public Client {
    redirectUris = List.copyOf(redirectUris);
  }
}

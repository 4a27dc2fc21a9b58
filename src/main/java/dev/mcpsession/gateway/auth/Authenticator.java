package dev.mcpsession.gateway.auth;

import dev.mcpsession.gateway.route.McpResource;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Finds out who sends a request. */
public interface Authenticator {
  /**
   * Never completes exceptionally, and at once if nothing has to be fetched.
   *
   * @param authorization the header Authorization; null: none, or more than one
   */
  CompletionStage<Authentication> authenticate(
      @Nullable String authorization, McpResource resource);
}

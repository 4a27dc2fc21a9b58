package dev.mcpsession.gateway.auth;

import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.route.User;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Takes everybody for the same user, whatever token a request has. For trials on loopback. */
public final class InsecureUser implements Authenticator {
  /** What stands for an issuer; no issuer can have this name, since it is no https URL. */
  public static final String ISSUER = "urn:mcpsession:insecure-user";

  private final Authentication everybody;

  public InsecureUser(String name) {
    this.everybody =
        new Authentication.Authenticated(
            new Caller(
                new User(new Owner(ISSUER, name), name),
                Set.of(),
                Set.of(),
                Set.of(),
                Caller.NEVER));
  }

  @Override
  public CompletionStage<Authentication> authenticate(
      @Nullable String authorization, McpResource resource) {
    return CompletableFuture.completedStage(everybody);
  }
}

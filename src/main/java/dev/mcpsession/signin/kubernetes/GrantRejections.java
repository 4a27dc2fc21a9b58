package dev.mcpsession.signin.kubernetes;

import dev.mcpsession.api.Condition;
import dev.mcpsession.api.ConditionType;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.api.Reason;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.session.SessionView;
import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.identity.SignIns;
import dev.mcpsession.signin.identity.StoreException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the sign-ins of a user whose grant the upstream has rejected: those for the same template
 * that began before, so that their clients lead the user to a new one.
 */
public final class GrantRejections implements SessionView.Listener {
  private static final Logger log = LoggerFactory.getLogger(GrantRejections.class);

  private final SignIns signIns;
  private final Executor threads;

  /**
   * @param threads for what blocks
   */
  public GrantRejections(SignIns signIns, Executor threads) {
    this.signIns = signIns;
    this.threads = threads;
  }

  @Override
  public void sessionChanged(@Nullable McpSession before, @Nullable McpSession now) {
    Optional<Instant> rejectedAt = rejectedAt(now);
    if (now == null
        || rejectedAt.isEmpty()
        || rejectedAt.equals(rejectedAt(before))
        || now.getSpec().owner() == null
        || now.getSpec().templateName() == null) {
      return;
    }
    Owner owner = now.getSpec().owner();
    McpResource resource =
        new McpResource(now.getMetadata().getNamespace(), now.getSpec().templateName());
    for (SignIn signIn : signIns.of(owner)) {
      if (signIn.resource().filter(resource::equals).isPresent()
          && signIn.createdAt().isBefore(rejectedAt.get())) {
        threads.execute(() -> end(signIn, resource));
      }
    }
  }

  private void end(SignIn signIn, McpResource resource) {
    try {
      signIns.end(signIn.id());
    } catch (StoreException e) {
      // The next session is evicted as well, which leads here again.
      log.warn("A sign-in for {} with a rejected grant goes on: {}", resource, e.getMessage());
    }
  }

  private static Optional<Instant> rejectedAt(@Nullable McpSession session) {
    Condition token =
        session == null || session.getStatus() == null
            ? null
            : session.getStatus().condition(ConditionType.TokenValid);
    return token != null
            && Condition.FALSE.equals(token.status())
            && Reason.GrantRejected.name().equals(token.reason())
        ? Optional.ofNullable(token.lastTransitionTime())
        : Optional.empty();
  }

  @Override
  public void templateChanged(
      @Nullable McpSessionTemplate before, @Nullable McpSessionTemplate now) {}
}

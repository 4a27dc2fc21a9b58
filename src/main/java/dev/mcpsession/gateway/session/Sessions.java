package dev.mcpsession.gateway.session;

import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.route.User;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The sessions of all users: one for each user and template. */
public interface Sessions {
  /** From the cache. */
  Optional<McpSessionTemplate> template(McpResource resource);

  /** The backend that serves the user now, by the cache; empty: none does. */
  Optional<Backend> serving(McpResource resource, User user);

  /**
   * Sees to it that the user's session exists and runs: makes it if it is absent, resumes it if it
   * is suspended for want of use, and waits until it serves. Completes on any thread, never
   * exceptionally; at once if a backend serves.
   *
   * @param patience how long to wait; zero: only begin
   */
  CompletionStage<Demand> demand(McpResource resource, User user, Duration patience);

  /**
   * Like {@link #demand}, but reads the session live first, since the cache led to a backend that
   * does not answer.
   *
   * @param failed the backend that did not answer
   */
  CompletionStage<Demand> demandAfter(
      Backend failed, McpResource resource, User user, Duration patience);

  /**
   * Calls back on each change of a session or template that concerns this user's session, on a
   * thread of the caches: return at once.
   *
   * @return ends the subscription
   */
  Subscription subscribe(McpResource resource, User user, Consumer<Change> listener);

  /** What may end or move a stream. */
  sealed interface Change {
    /** Another backend serves, or the same still does. */
    record Serving(Backend backend) implements Change {}

    /** None serves for now; the session stays. */
    record NotServing() implements Change {}

    /**
     * The session ended.
     *
     * @param signInAgain whether for a rejected grant
     */
    record Ended(boolean signInAgain) implements Change {}

    /** The template was changed or deleted: access is to be judged again. */
    record TemplateChanged() implements Change {}
  }

  /** Ends by {@link #close}, which throws nothing. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}

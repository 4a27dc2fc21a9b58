package dev.mcpsession.plan.observed;

import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.token.SourceState;
import dev.mcpsession.token.TokenInfo;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a decision may depend on, read at one moment from the caches and this process's
 * memory.
 *
 * @param source state of the session's token source
 */
public record Observation(
    ObservedSession session,
    ObservedChildren children,
    SourceState source,
    Remembered memory,
    SharedState shared) {

  /** A copy after this status was written. */
  public Observation with(@Nullable McpSessionStatus written) {
    return new Observation(session.with(written), children, source, memory, shared);
  }

  /** A copy with an obtained token. */
  public Observation with(TokenInfo token) {
    return new Observation(session, children, source, memory.with(token), shared);
  }

  /** A copy with another state of the token source. */
  public Observation with(SourceState source) {
    return new Observation(session, children, source, memory, shared);
  }

  /** A copy with another state of the Service. */
  public Observation with(ObservedService service) {
    return new Observation(session, children.with(service), source, memory, shared);
  }

  /** A copy after all Pods of the session are gone. */
  public Observation withoutOwnPods() {
    return new Observation(session, children.withoutOwnPods(), source, memory, shared);
  }

  /** A copy with every slot for limited replacements taken. */
  public Observation withoutFreeSlot() {
    return new Observation(session, children, source, memory, shared.withoutFreeSlot());
  }
}

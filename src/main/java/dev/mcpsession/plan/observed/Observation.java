package dev.mcpsession.plan.observed;

import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.token.SourceState;
import dev.mcpsession.token.TokenInfo;
import org.jspecify.annotations.Nullable;

/**
 * Everything a decision may depend on, read at one moment from the caches and from this process's
 * memory.
 *
 * @param source what the session's token source holds
 */
public record Observation(
    ObservedSession session,
    ObservedChildren children,
    SourceState source,
    Remembered memory,
    SharedState shared) {

  /** The same once that status is written. */
  public Observation with(@Nullable McpSessionStatus written) {
    return new Observation(session.with(written), children, source, memory, shared);
  }

  /** The same with a token in hand. */
  public Observation with(TokenInfo token) {
    return new Observation(session, children, source, memory.with(token), shared);
  }

  /** The same with another view of the token source. */
  public Observation with(SourceState source) {
    return new Observation(session, children, source, memory, shared);
  }

  /** The same with another view of the Service. */
  public Observation with(ObservedService service) {
    return new Observation(session, children.with(service), source, memory, shared);
  }

  /** The same while every slot for a replacement that is limited is taken. */
  public Observation withoutFreeSlot() {
    return new Observation(session, children, source, memory, shared.withoutFreeSlot());
  }
}

package dev.mcpsession.plan.observed;

import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.SessionKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The relevant state of the McpSession itself.
 *
 * @param resourceVersion precondition of the steps that are decided on it
 * @param deletedAt deletion timestamp; null if it is not being deleted
 * @param finalizer whether it has our finalizer
 * @param spec the effective one: with what its template gives
 * @param status null if the session is new or its status was cleared
 * @param lastActive raw value of the annotation; null without it
 * @param released raw value of the annotation; null without it
 * @param restartedAt raw value of the annotation; null without it
 */
public record ObservedSession(
    SessionKey key,
    String resourceVersion,
    long generation,
    Instant createdAt,
    @Nullable Instant deletedAt,
    boolean finalizer,
    McpSessionSpec spec,
    ObservedTemplate template,
    @Nullable McpSessionStatus status,
    @Nullable String lastActive,
    @Nullable String released,
    @Nullable String restartedAt) {

  /** Distinguishes this session from others of the same name. */
  public String uid() {
    return key.uid();
  }

  /** Whether its backend may have a token: without its template that is not known. */
  public boolean mayHaveToken() {
    return spec.token() != null || template.isMissing();
  }

  /** The conditions of its status. */
  public ObservedConditions conditions() {
    return ObservedConditions.of(status == null ? null : status.conditions());
  }

  ObservedSession with(@Nullable McpSessionStatus written) {
    return new ObservedSession(
        key,
        resourceVersion,
        generation,
        createdAt,
        deletedAt,
        finalizer,
        spec,
        template,
        written,
        lastActive,
        released,
        restartedAt);
  }
}

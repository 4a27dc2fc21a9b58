package dev.mcpsession.plan.observed;

import org.jspecify.annotations.Nullable;

/**
 * The session's Service as cached; one that somebody else owns is learned of by a {@link
 * Setback.Taken}.
 *
 * @param revision that its selector points to; null when it points elsewhere
 * @param port that it listens on and forwards to; null when it does not have exactly one such port
 */
public record ObservedService(
    String uid,
    String resourceVersion,
    boolean terminating,
    @Nullable Integer revision,
    @Nullable Integer port) {}

package dev.mcpsession.plan.observed;

import org.jspecify.annotations.Nullable;

/**
 * The session's own Service, as cached; another owner's is reported as {@link ApiRejection.Taken}.
 *
 * @param revision that its selector selects; null if it selects something else
 * @param byUid whether its selector holds the session's uid; that of an earlier version does not
 * @param labelled whether it has the labels by which caches find it
 * @param port that it listens on and forwards to; null unless its port does so
 * @param appProtocol that its port has from the spec; null if the spec named none, empty if
 *     somebody has changed it since
 */
public record ObservedService(
    String uid,
    String resourceVersion,
    boolean terminating,
    @Nullable Integer revision,
    boolean byUid,
    boolean labelled,
    @Nullable Integer port,
    @Nullable String appProtocol) {}

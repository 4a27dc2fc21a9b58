package dev.mcpsession.plan.observed;

import dev.mcpsession.resources.Inputs;
import dev.mcpsession.token.TokenInfo;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What matters of a Pod that is named like a revision of the session.
 *
 * @param owned whether exactly this session controls it; others only make their number unusable
 * @param terminating it has a deletion timestamp
 * @param ended all its containers ended and none is started again
 * @param readyChangedAt when it last became ready or stopped being so; null when it never said
 * @param scheduledAt when it got its node; null before
 * @param leaving why it cannot stay on its node, as in "node n1 is unschedulable"; null while it
 *     can, or could only come back there
 * @param ip null before it has one
 * @param port that its backend was made to listen on; null where its annotation is lost
 * @param template hash it was made from; null where its annotation is lost
 * @param restartedAt it was made for; null without
 * @param token null without one
 * @param exited a container of it has exited, and that is why it is not ready
 * @param trouble why it is not ready, for the user; empty when there is nothing to say but that it
 *     starts
 */
public record ObservedPod(
    String name,
    String uid,
    int revision,
    boolean owned,
    boolean terminating,
    boolean ended,
    boolean ready,
    @Nullable Instant readyChangedAt,
    @Nullable Instant scheduledAt,
    @Nullable String leaving,
    @Nullable String ip,
    @Nullable Integer port,
    @Nullable String template,
    @Nullable String restartedAt,
    @Nullable TokenInfo token,
    boolean exited,
    String trouble) {

  /** It runs or may still come to run. */
  public boolean isLive() {
    return !terminating && !ended;
  }

  public boolean isReady() {
    return ready && isLive();
  }

  /** Made from the template that is wanted; so is one whose annotations somebody took away. */
  public boolean isOfTemplate(Inputs wanted) {
    return template == null || template.equals(wanted.template());
  }

  /** Made for the restartedAt that is wanted; so is one whose annotations somebody took away. */
  public boolean isOfRestart(Inputs wanted) {
    return template == null || Objects.equals(restartedAt, wanted.restartedAt());
  }
}

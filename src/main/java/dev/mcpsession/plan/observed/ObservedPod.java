package dev.mcpsession.plan.observed;

import dev.mcpsession.resources.Inputs;
import dev.mcpsession.token.TokenInfo;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The relevant state of a Pod that is named like a revision of the session.
 *
 * @param owned whether exactly this session controls it; if not, only its number is unusable
 * @param carriesUid whether it has the label with the session's uid; one made by an earlier version
 *     has not
 * @param labelled whether it has the labels by which caches and Services find it
 * @param terminating whether it has a deletion timestamp
 * @param ended whether all its containers have exited and none is restarted
 * @param readyChangedAt last transition of its Ready condition; null if it never had one
 * @param scheduledAt when it was scheduled to a node; null before
 * @param leaving why it cannot stay on its node, as in "node n1 is unschedulable"; null if it can,
 *     or could only be scheduled there again
 * @param ip null before it has one
 * @param port that its backend listens on; null if the annotation is lost
 * @param template hash of the template it was created from; null if the annotation is lost
 * @param restartedAt it was created for; null without one
 * @param token null without one
 * @param exited whether the exit of a container is why it is not ready
 * @param createdAt by the API server's clock; null if unknown
 * @param unschedulable why the scheduler finds no node for it, in its words; empty if it does not
 *     say, or has found one
 * @param trouble why it is not ready, for users; empty if it is only starting
 * @param waitsFor what the next of its containers waits for before it starts for the first time,
 *     its image as a rule, for users; null if none does
 * @param startedAt when the container that started last did; null if none has, if one waits, or if
 *     one was restarted
 * @param graceSeconds how long its containers have to stop once it is deleted; null if unknown
 * @param killedAt when that time ends, if it is being deleted: its deletion timestamp; null if not,
 *     or not known yet
 * @param look where users see more of the trouble; null if there is nothing more
 */
public record ObservedPod(
    String name,
    String uid,
    int revision,
    boolean owned,
    boolean carriesUid,
    boolean labelled,
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
    @Nullable Instant createdAt,
    String unschedulable,
    String trouble,
    @Nullable String waitsFor,
    @Nullable Instant startedAt,
    @Nullable Integer graceSeconds,
    @Nullable Instant killedAt,
    @Nullable WhereToLook look) {

  /** The trouble, and where to see more as long as the Pod exists; empty without. */
  public String troubleToShow() {
    return look == null || trouble.isEmpty() ? trouble : trouble + "; " + look.now();
  }

  /** What it waits for, and where to see more; empty if it does not. */
  public String waitToShow() {
    return waitsFor == null ? "" : look == null ? waitsFor : waitsFor + "; " + look.now();
  }

  /** The trouble or what it waited for, and where to see more once the Pod is deleted. */
  public String lastTrouble() {
    String last = trouble.isEmpty() && waitsFor != null ? waitsFor : trouble;
    return look == null || last.isEmpty() ? last : last + "; " + look.afterwards();
  }

  /** Whether it runs or may still start. */
  public boolean isLive() {
    return !terminating && !ended;
  }

  public boolean isReady() {
    return ready && isLive();
  }

  /** Whether it has the wanted template; assumed if its annotations were removed. */
  public boolean isOfTemplate(Inputs wanted) {
    return template == null || template.equals(wanted.template());
  }

  /** Whether it has the wanted restartedAt; assumed if its annotations were removed. */
  public boolean isOfRestart(Inputs wanted) {
    return template == null || Objects.equals(restartedAt, wanted.restartedAt());
  }
}

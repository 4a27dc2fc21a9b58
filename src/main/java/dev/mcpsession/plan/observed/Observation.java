package dev.mcpsession.plan.observed;

import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.SessionKey;
import dev.mcpsession.token.SourceState;
import dev.mcpsession.token.TokenInfo;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything a decision may depend on, read at one moment from the caches and from this process's
 * memory.
 *
 * @param resourceVersion of the session; what is decided on it is carried out only while it still
 *     holds
 * @param deletedAt the session's deletion timestamp; null while nobody has deleted it
 * @param finalizer the session carries our finalizer
 * @param status null for a new session and for one whose status was emptied
 * @param lastActive the annotation as it stands; null without
 * @param restartedAt the annotation as it stands; null without
 * @param pods every Pod named like a revision of this session, whoever owns it
 * @param service null when there is none of ours
 * @param tokenCallInputs hash of the inputs that the last token call was made for, which may have
 *     given none that will do; null when unknown
 * @param serviceSetback of the last try to make the Service
 * @param setback of the last try to make a Pod or a Secret
 * @param slotFree whether a replacement that is limited may begin now
 * @param guarded whether the namespace has the budget that refuses evictions, or needs none
 */
public record Observation(
    SessionKey session,
    String resourceVersion,
    long generation,
    Instant createdAt,
    @Nullable Instant deletedAt,
    boolean finalizer,
    McpSessionSpec spec,
    @Nullable McpSessionStatus status,
    @Nullable String lastActive,
    @Nullable String restartedAt,
    List<ObservedPod> pods,
    @Nullable ObservedService service,
    SourceState source,
    TokenCall tokenCall,
    @Nullable String tokenCallInputs,
    RevocationCall revocation,
    ApiRejection serviceSetback,
    ApiRejection setback,
    boolean slotFree,
    boolean guarded) {

  /** The same once that status is written. */
  public Observation with(@Nullable McpSessionStatus written) {
    return with(written, source, service, tokenCall, slotFree);
  }

  /** The same with a token in hand. */
  public Observation with(TokenInfo token) {
    return with(status, source, service, new TokenCall.Issued(token), slotFree);
  }

  /** The same with another view of the token source. */
  public Observation with(SourceState source) {
    return with(status, source, service, tokenCall, slotFree);
  }

  /** The same with another view of the Service. */
  public Observation with(ObservedService service) {
    return with(status, source, service, tokenCall, slotFree);
  }

  /** The same while every place for a replacement that is limited is taken. */
  public Observation withoutFreeSlot() {
    return with(status, source, service, tokenCall, false);
  }

  private Observation with(
      @Nullable McpSessionStatus status,
      SourceState source,
      @Nullable ObservedService service,
      TokenCall tokenCall,
      boolean slotFree) {
    return new Observation(
        session,
        resourceVersion,
        generation,
        createdAt,
        deletedAt,
        finalizer,
        spec,
        status,
        lastActive,
        restartedAt,
        pods,
        service,
        source,
        tokenCall,
        tokenCallInputs,
        revocation,
        serviceSetback,
        setback,
        slotFree,
        guarded);
  }

  public List<ObservedPod> ownPods() {
    return pods.stream().filter(ObservedPod::owned).toList();
  }

  /** The Pod of one revision, if it is this session's own; else null. */
  public @Nullable ObservedPod ownPod(int revision) {
    return pods.stream()
        .filter(pod -> pod.owned() && pod.revision() == revision)
        .findFirst()
        .orElse(null);
  }

  public int highestPodNumber() {
    return pods.stream().mapToInt(ObservedPod::revision).max().orElse(0);
  }
}

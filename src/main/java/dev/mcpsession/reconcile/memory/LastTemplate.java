package dev.mcpsession.reconcile.memory;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.plan.Plan;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedTemplate;
import dev.mcpsession.plan.template.SessionStanding;
import org.jspecify.annotations.Nullable;

/**
 * The template that a session had last. A template that is deleted takes its sessions with it, and
 * it alone knows where their tokens are revoked.
 */
public final class LastTemplate {
  private @Nullable McpSessionTemplate last;
  private @Nullable Planned planned;

  /** What a plan made of the session, with this generation of the template of this uid. */
  private record Planned(String uid, long generation, SessionStanding standing) {}

  /**
   * The session's template: for one that is being deleted, as it was last seen.
   *
   * @param found what the cache shows; null if there is none
   * @return null if it is missing, or the session names none
   */
  public synchronized @Nullable McpSessionTemplate see(
      McpSession session, @Nullable McpSessionTemplate found) {
    if (found != null || session.getSpec().templateName() == null) {
      last = found;
    }
    boolean ending = session.getMetadata().getDeletionTimestamp() != null;
    return found == null && ending ? last : found;
  }

  /**
   * A plan was carried out, made with the template that was seen last.
   *
   * @return whether the session stands otherwise now
   */
  public synchronized boolean planned(Observation seen, Plan plan) {
    McpSessionStatus status = plan.status();
    if (last == null
        || status == null
        || seen.session().template() instanceof ObservedTemplate.Unchecked
        || seen.session().template().isMissing()) {
      return false;
    }
    SessionStanding before = planned == null ? null : planned.standing();
    Planned now =
        new Planned(
            uid(last),
            generation(last),
            SessionStanding.of(seen, status, plan.slot() == Plan.Slot.WANTED, before));
    boolean moved = !now.equals(planned);
    planned = now;
    return moved;
  }

  /** How the session stands to this template, in its generation; null if it was not planned yet. */
  public synchronized @Nullable SessionStanding standing(McpSessionTemplate template) {
    return planned != null
            && planned.uid().equals(uid(template))
            && planned.generation() == generation(template)
        ? planned.standing()
        : null;
  }

  private static String uid(McpSessionTemplate template) {
    return template.getMetadata().getUid();
  }

  private static long generation(McpSessionTemplate template) {
    Long generation = template.getMetadata().getGeneration();
    return generation == null ? 0 : generation;
  }
}

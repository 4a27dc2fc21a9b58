package dev.mcpsession.plan.observed;

import java.time.Instant;

/**
 * A request that the API server rejected and that an immediate retry would not fix. It is kept in
 * memory: for the Service until it is created, for a Pod or Secret until a plan accounts for it.
 */
public sealed interface ApiRejection {
  record None() implements ApiRejection {}

  /**
   * Validation, admission or a quota rejected a child.
   *
   * @param what kind and name of the child
   * @param message of the API server
   * @param invalid whether validation rejected it: the spec itself is at fault
   * @param inARow consecutive rejections of any kind, including this one
   */
  record Refused(String what, String message, boolean invalid, int inARow, Instant at)
      implements ApiRejection {
    /** Whether a ResourceQuota is in the way, which another Pod of the session may fill. */
    public boolean isForQuota() {
      return !invalid && message.contains("exceeded quota");
    }
  }

  /**
   * Another owner has the name of a child.
   *
   * @param what kind and name of the child
   * @param owner who has it
   * @param inARow consecutive rejections of any kind, including this one
   */
  record Taken(String what, String owner, int inARow, Instant at) implements ApiRejection {}
}

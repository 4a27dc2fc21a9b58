package dev.mcpsession.plan.observed;

import java.time.Instant;

/**
 * Something the API server said no to and that trying again at once does not mend. It lives in
 * memory: for the Service until it could be made, for a Pod or Secret until it was planned for.
 */
public sealed interface ApiRejection {
  record None() implements ApiRejection {}

  /**
   * A child was refused: by validation, admission or a quota.
   *
   * @param what kind and name of the child
   * @param message of the API server
   * @param invalid by validation: the spec itself is at fault
   * @param inARow how many times in a row something stood in the way, this time included
   */
  record Refused(String what, String message, boolean invalid, int inARow, Instant at)
      implements ApiRejection {}

  /**
   * The name of a child belongs to another owner.
   *
   * @param what kind and name of the child
   * @param owner who has it
   * @param inARow how many times in a row something stood in the way, this time included
   */
  record Taken(String what, String owner, int inARow, Instant at) implements ApiRejection {}
}

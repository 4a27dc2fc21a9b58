package dev.mcpsession.plan.template;

import java.time.Instant;

/** What the API server said of a Pod made from a template. */
public sealed interface TemplateCheck {
  record Accepted() implements TemplateCheck {}

  /** No such Pod can exist. */
  record Refused(String message) implements TemplateCheck {}

  /**
   * It could not be asked, or it refused for a cause that is not the template's own, such as a
   * quota.
   *
   * @param tries how many in a row ended so
   * @param retryAt when it is asked again
   */
  record NotPossible(String message, int tries, Instant retryAt) implements TemplateCheck {}
}

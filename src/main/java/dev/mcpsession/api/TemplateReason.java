package dev.mcpsession.api;

/** Every reason that a condition of a template can have. */
public enum TemplateReason {
  /** Valid is True: the API server accepts a Pod made from the template. */
  Accepted,
  /** Valid is False: the API server says that no Pod can be made from it. */
  Invalid,
  /** Valid is Unknown: the API server could not be asked, or refused for another cause. */
  NotChecked,
  /** UpToDate is True: no session runs anything older. */
  Current,
  /** UpToDate is False: some sessions are behind, and all of them go on. */
  RollingOut,
  /** UpToDate is False: some sessions are behind and cannot be replaced for now. */
  RolloutFailing
}

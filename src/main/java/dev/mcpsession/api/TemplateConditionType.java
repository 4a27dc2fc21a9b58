package dev.mcpsession.api;

/** The condition types of a template, in the order in which they are shown. */
public enum TemplateConditionType {
  /** Whether Pods can be made from it; while it is False, none is. */
  Valid,
  /** Whether its sessions have nothing left to do for its present generation. */
  UpToDate
}

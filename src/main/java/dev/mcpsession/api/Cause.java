package dev.mcpsession.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Why a revision is started; in order of precedence, except {@link #START}. */
public enum Cause {
  /** The first start, or a resume. */
  @JsonProperty("start")
  START,
  /** The serving Pod ended, vanished or is not ready any more. */
  @JsonProperty("backend")
  BACKEND,
  /** podTemplate, port or token of the session or of its template changed. */
  @JsonProperty("template")
  TEMPLATE,
  /** The annotation restartedAt has a new value. */
  @JsonProperty("restart")
  RESTART,
  /** The token is due for renewal, or its source holds another one. */
  @JsonProperty("token")
  TOKEN,
  /** The node of the serving Pod is cordoned, drained or about to be removed. */
  @JsonProperty("node")
  NODE;

  /** As in status and metrics. */
  public String label() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /**
   * Whether maxConcurrentReplacements limits it, because people plan it for many sessions at once.
   */
  public boolean isLimited() {
    return this == TEMPLATE || this == RESTART || this == NODE;
  }
}

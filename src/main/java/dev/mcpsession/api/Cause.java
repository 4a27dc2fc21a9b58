package dev.mcpsession.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Why a revision is begun; in order of precedence, but for {@link #START}. */
public enum Cause {
  /** The first start, or a resume. */
  @JsonProperty("start")
  START,
  /** The serving Pod ended, vanished or is not ready any more. */
  @JsonProperty("backend")
  BACKEND,
  /** podTemplate, port or token of the spec changed. */
  @JsonProperty("template")
  TEMPLATE,
  /** The annotation restartedAt has a new value. */
  @JsonProperty("restart")
  RESTART,
  /** The token is due for renewal, or its source holds another one. */
  @JsonProperty("token")
  TOKEN,
  /** The node of the serving Pod is cordoned, or announces otherwise that it is leaving. */
  @JsonProperty("node")
  NODE;

  /** As in status and metrics. */
  public String label() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** Planned by people for many sessions at once, and so limited by maxConcurrentReplacements. */
  public boolean isLimited() {
    return this == TEMPLATE || this == RESTART || this == NODE;
  }
}

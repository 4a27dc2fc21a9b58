package dev.mcpsession.gateway.route;

/** Which of the two shapes of the protocol a request has. */
public enum Era {
  /** 2026-07-28 and later: no sessions, one POST a message, version and client in its _meta. */
  MODERN("modern"),
  /** Up to 2025-11-25: initialize, and a header Mcp-Session-Id from then on. */
  LEGACY("legacy"),
  /** Neither can be told: the backend of the user judges it. */
  UNKNOWN("unknown");

  private final String label;

  Era(String label) {
    this.label = label;
  }

  /** As metrics and the access log write it. */
  public String label() {
    return label;
  }
}

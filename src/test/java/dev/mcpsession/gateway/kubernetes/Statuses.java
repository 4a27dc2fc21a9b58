package dev.mcpsession.gateway.kubernetes;

/** Statuses as the operator writes them, in YAML. */
final class Statuses {
  private Statuses() {}

  static String serving(int revision) {
    return """
    revision: %1$d
    podName: forgejo-alice-%1$d
    endpoint: http://10.88.0.%1$d:8080/mcp
    activeSince: "2026-11-21T10:00:00Z"
    servingSince: "2026-11-21T10:00:00Z"
    conditions: [{type: Ready, status: "True", reason: Serving, message: serves}]
    """
        .formatted(revision);
  }

  /** Of a session that does not serve. */
  static String notReady(String reason, String message) {
    return """
    revision: 1
    conditions: [{type: Ready, status: "False", reason: %s, message: "%s",
      lastTransitionTime: "2026-11-21T10:00:00Z"}]
    """
        .formatted(reason, message);
  }

  /** Of a session that does not serve, because a Secret is missing. */
  static String noToken(String message) {
    return """
    revision: 1
    conditions:
    - {type: Ready, status: "False", reason: TokenPending, message: "%1$s",
      lastTransitionTime: "2026-11-21T10:00:00Z"}
    - {type: TokenValid, status: "False", reason: SourceMissing, message: "%1$s",
      lastTransitionTime: "2026-11-21T10:00:00Z"}
    """
        .formatted(message);
  }
}

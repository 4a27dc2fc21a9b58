package dev.mcpsession.rbac;

import org.jspecify.annotations.Nullable;

/** Which permissions are granted together, by one Role or ClusterRole. */
public enum Role {
  /** The operator's, in every namespace whose sessions it serves. */
  SESSIONS("sessions", "In every watched namespace", null),
  /** The operator's there, with {@code watchTokenSecrets}. */
  WATCH_TOKEN_SECRETS(
      "watchTokenSecrets",
      "In every watched namespace, with `watchTokenSecrets`",
      "watchTokenSecrets"),
  /** The operator's there, with {@code watchNodes}. */
  DRAIN("drain", "In every watched namespace, with `watchNodes`", "watchNodes"),
  /** The operator's in the cluster, with {@code watchNodes}: nodes have no namespace. */
  WATCH_NODES("watchNodes", "In the cluster, with `watchNodes`", "watchNodes"),
  /** The operator's, in its own namespace. */
  LEADER_ELECTION("leaderElection", "In the operator's namespace, with leader election", null),
  /** That of {@code cleanup}, in every namespace whose sessions it deletes. */
  CLEANUP("cleanup", "For `cleanup`, in every watched namespace", null);

  private final String key;
  private final String where;
  private final @Nullable String setting;

  Role(String key, String where, @Nullable String setting) {
    this.key = key;
    this.where = where;
    this.setting = setting;
  }

  /** As in the chart: {@code mcp-session-operator.rules.sessions}. */
  public String key() {
    return key;
  }

  /** For people. */
  public String where() {
    return where;
  }

  /** Key of the setting that can be turned off instead; null: the operator cannot do without. */
  public @Nullable String setting() {
    return setting;
  }
}

package dev.mcpsession.rbac;

import org.jspecify.annotations.Nullable;

/** A set of permissions that one Role or ClusterRole grants together. */
public enum Role {
  /** For the operator, in every watched namespace. */
  SESSIONS("sessions", "In every watched namespace", null),
  /** For the operator, in every watched namespace, with {@code watchTokenSecrets}. */
  WATCH_TOKEN_SECRETS(
      "watchTokenSecrets",
      "In every watched namespace, with `watchTokenSecrets`",
      "watchTokenSecrets"),
  /** For the operator, in every watched namespace, with {@code watchNodes}. */
  DRAIN("drain", "In every watched namespace, with `watchNodes`", "watchNodes"),
  /** For the operator, in the cluster, with {@code watchNodes}: nodes have no namespace. */
  WATCH_NODES("watchNodes", "In the cluster, with `watchNodes`", "watchNodes"),
  /** For the operator, in its own namespace, with leader election. */
  LEADER_ELECTION("leaderElection", "In the operator's namespace, with leader election", null),
  /** For {@code cleanup}, in every namespace whose sessions it deletes. */
  CLEANUP("cleanup", "For `cleanup`, in every watched namespace", null),
  /** For the session gateway, in every namespace that it serves. */
  GATEWAY("gateway", "For the session gateway, in every watched namespace", null),
  /** For the session gateway, in every namespace that it serves, with {@code signIn}. */
  GATEWAY_SIGN_IN(
      "gatewaySignIn", "For the session gateway, in every watched namespace, with `signIn`", null),
  /** For the session gateway, where it keeps sign-ins, with {@code signIn}. */
  GATEWAY_SIGN_IN_STORE(
      "gatewaySignInStore", "For the session gateway, in its own namespace, with `signIn`", null);

  private final String key;
  private final String where;
  private final @Nullable String setting;

  Role(String key, String where, @Nullable String setting) {
    this.key = key;
    this.where = where;
    this.setting = setting;
  }

  /** Part of its name in the chart: {@code mcp-session-operator.rules.sessions}. */
  public String key() {
    return key;
  }

  /** Where it is granted, human-readable. */
  public String where() {
    return where;
  }

  /**
   * Key of the setting that can be turned off instead of granting it; null: it is always needed.
   */
  public @Nullable String setting() {
    return setting;
  }
}

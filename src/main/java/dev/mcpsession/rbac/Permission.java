package dev.mcpsession.rbac;

import dev.mcpsession.api.McpSession;
import java.util.Arrays;
import java.util.List;

/**
 * What the operator may do to the cluster, one verb on one resource each. The Roles in {@code
 * charts/} and {@code config/} and {@code docs/permissions.md} are made from this table, and the
 * operator checks it when it starts.
 *
 * @param role grants it, together with others
 * @param group API group; empty: the core
 * @param resource plural, and a subresource after a slash
 * @param purpose what it is needed for, for people
 */
public record Permission(Role role, String group, String resource, String verb, String purpose) {
  private static final String CORE = "";
  private static final String OURS = McpSession.GROUP;
  private static final String POLICY = "policy";
  private static final String BUDGETS = "poddisruptionbudgets";

  private static final List<Permission> ALL =
      List.of(
          sessions(OURS, "mcpsessions", "get", "read a session anew before a retried write"),
          sessions(OURS, "mcpsessions", "list", "know every session"),
          sessions(OURS, "mcpsessions", "watch", "notice every change of a session"),
          sessions(OURS, "mcpsessions", "delete", "evict, with uid and resourceVersion"),
          sessions(OURS, "mcpsessions", "patch", "add and remove the finalizer for revocations"),
          sessions(OURS, "mcpsessions/status", "update", "report where a session stands"),
          sessions(
              OURS,
              "mcpsessions/finalizers",
              "update",
              "own Pods in a way that blocks the session's deletion, where the platform asks for"
                  + " this right (OwnerReferencesPermissionEnforcement)"),
          sessions(CORE, "pods", "get", "learn whose Pod took a name"),
          sessions(CORE, "pods", "list", "know the backends"),
          sessions(CORE, "pods", "watch", "notice that a backend is Ready, or has ended"),
          sessions(CORE, "pods", "create", "start a backend"),
          sessions(CORE, "pods", "delete", "end a backend, with its uid"),
          sessions(CORE, "services", "get", "learn whose Service took a name"),
          sessions(CORE, "services", "list", "know the sessions' Services"),
          sessions(CORE, "services", "watch", "notice that a Service was changed by hand"),
          sessions(CORE, "services", "create", "give a session its address"),
          sessions(CORE, "services", "update", "point it to the next revision"),
          sessions(CORE, "services", "delete", "remove it when spec.service turns false"),
          sessions(
              CORE,
              "secrets",
              "get",
              "read a Secret that a token source names, and the tokens to be revoked"),
          sessions(CORE, "secrets", "create", "hand a token to a backend"),
          sessions(CORE, "secrets", "update", "store what a renewal gave in the grant's Secret"),
          sessions(CORE, "secrets", "delete", "take a token away, with the Secret's uid"),
          sessions(
              CORE, "serviceaccounts/token", "create", "issue tokens of spec.token.serviceAccount"),
          sessions(CORE, "events", "get", "count an Event that repeats"),
          sessions(CORE, "events", "create", "tell what was done and why"),
          sessions(CORE, "events", "update", "count an Event that repeats"),
          of(Role.WATCH_TOKEN_SECRETS, CORE, "secrets", "list", "know the labelled Secrets"),
          of(
              Role.WATCH_TOKEN_SECRETS,
              CORE,
              "secrets",
              "watch",
              "notice a changed token; RBAC cannot say that only labelled Secrets are asked for"),
          of(Role.DRAIN, POLICY, BUDGETS, "get", "learn whose budget took the name"),
          of(Role.DRAIN, POLICY, BUDGETS, "list", "know which namespaces have theirs"),
          of(Role.DRAIN, POLICY, BUDGETS, "watch", "notice that one was deleted by hand"),
          of(Role.DRAIN, POLICY, BUDGETS, "create", "let a drain wait until a session has moved"),
          of(Role.WATCH_NODES, CORE, "nodes", "list", "know which nodes are cordoned"),
          of(Role.WATCH_NODES, CORE, "nodes", "watch", "notice that one is"),
          of(Role.LEADER_ELECTION, "coordination.k8s.io", "leases", "get", "see who leads"),
          of(Role.LEADER_ELECTION, "coordination.k8s.io", "leases", "create", "lead at first"),
          of(
              Role.LEADER_ELECTION,
              "coordination.k8s.io",
              "leases",
              "update",
              "lead, and hand over"),
          of(Role.CLEANUP, OURS, "mcpsessions", "list", "know what is left"),
          of(Role.CLEANUP, OURS, "mcpsessions", "delete", "delete every session, with its uid"),
          of(Role.CLEANUP, POLICY, BUDGETS, "list", "know the operator's budgets"),
          of(
              Role.CLEANUP,
              POLICY,
              BUDGETS,
              "delete",
              "delete the operator's budgets, which would hold up drains"));

  /** Every one, in the order of the documents. */
  public static List<Permission> all() {
    return ALL;
  }

  /** Those that these roles grant. */
  public static List<Permission> of(Role... roles) {
    return ALL.stream().filter(p -> Arrays.asList(roles).contains(p.role)).toList();
  }

  private static Permission sessions(String group, String resource, String verb, String purpose) {
    return of(Role.SESSIONS, group, resource, verb, purpose);
  }

  private static Permission of(
      Role role, String group, String resource, String verb, String purpose) {
    return new Permission(role, group, resource, verb, purpose);
  }

  /** For people: {@code create secrets}, {@code update mcpsessions/status of mcpsession.dev}. */
  @Override
  public String toString() {
    return verb + " " + resource + (group.isEmpty() ? "" : " of " + group);
  }
}

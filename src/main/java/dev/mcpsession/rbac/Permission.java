package dev.mcpsession.rbac;

import dev.mcpsession.api.McpSession;
import java.util.Arrays;
import java.util.List;

/**
 * One right in the cluster of the operator or of the session gateway: one verb on one resource. The
 * Roles in {@code charts/} and {@code config/} and {@code docs/permissions.md} are generated from
 * this table, and the operator checks its own when it starts.
 *
 * @param role that grants it, together with others
 * @param group API group; empty: core
 * @param resource plural, and a subresource after a slash
 * @param purpose what it is needed for, human-readable
 */
public record Permission(Role role, String group, String resource, String verb, String purpose) {
  private static final String CORE = "";
  private static final String OURS = McpSession.GROUP;
  private static final String POLICY = "policy";
  private static final String BUDGETS = "poddisruptionbudgets";

  private static final List<Permission> ALL =
      List.of(
          sessions(OURS, "mcpsessions", "get", "re-read a session before retrying a write"),
          sessions(OURS, "mcpsessions", "list", "list all sessions"),
          sessions(OURS, "mcpsessions", "watch", "notice every change of a session"),
          sessions(
              OURS,
              "mcpsessions",
              "delete",
              "evict a session, with its uid and resourceVersion as preconditions"),
          sessions(OURS, "mcpsessions", "patch", "add and remove the finalizer for revocations"),
          sessions(OURS, "mcpsessions/status", "update", "report the state of a session"),
          sessions(
              OURS,
              "mcpsessions/finalizers",
              "update",
              "set owner references that block the session's deletion, where the platform requires"
                  + " this right (OwnerReferencesPermissionEnforcement)"),
          sessions(OURS, "mcptemplates", "list", "list the templates that sessions name"),
          sessions(OURS, "mcptemplates", "watch", "notice every change of a template"),
          sessions(
              OURS, "mcptemplates/status", "update", "report how far a template's sessions are"),
          sessions(CORE, "pods", "get", "find out who owns a Pod whose name is already taken"),
          sessions(CORE, "pods", "list", "list the backends"),
          sessions(CORE, "pods", "watch", "notice that a backend is Ready or has ended"),
          sessions(CORE, "pods", "create", "start a backend"),
          sessions(
              CORE, "pods", "patch", "give a backend back the labels that somebody took from it"),
          sessions(CORE, "pods", "delete", "delete a backend, with its uid as precondition"),
          sessions(
              CORE, "services", "get", "find out who owns a Service whose name is already taken"),
          sessions(CORE, "services", "list", "list the sessions' Services"),
          sessions(CORE, "services", "watch", "notice that a Service was changed by hand"),
          sessions(CORE, "services", "create", "create a session's Service"),
          sessions(CORE, "services", "update", "switch the Service to the next revision"),
          sessions(
              CORE, "services", "delete", "delete the Service when spec.service is set to false"),
          sessions(
              CORE,
              "secrets",
              "get",
              "read a Secret that a token source names, and the tokens to be revoked"),
          sessions(CORE, "secrets", "create", "hand a token to a backend"),
          sessions(CORE, "secrets", "update", "store renewed tokens in the grant's Secret"),
          sessions(
              CORE, "secrets", "delete", "delete a token Secret, with its uid as precondition"),
          sessions(
              CORE,
              "serviceaccounts/token",
              "create",
              "issue tokens for spec.token.serviceAccount"),
          sessions(CORE, "events", "get", "count a repeated Event"),
          sessions(CORE, "events", "create", "report what was done and why"),
          sessions(CORE, "events", "update", "count a repeated Event"),
          of(Role.WATCH_TOKEN_SECRETS, CORE, "secrets", "list", "list the labelled Secrets"),
          of(
              Role.WATCH_TOKEN_SECRETS,
              CORE,
              "secrets",
              "watch",
              "notice a changed token; RBAC cannot restrict this to labelled Secrets"),
          of(
              Role.DRAIN,
              POLICY,
              BUDGETS,
              "get",
              "find out who owns a budget whose name is already taken"),
          of(
              Role.DRAIN,
              POLICY,
              BUDGETS,
              "list",
              "see which namespaces have the operator's budget"),
          of(Role.DRAIN, POLICY, BUDGETS, "watch", "notice that a budget was deleted by hand"),
          of(Role.DRAIN, POLICY, BUDGETS, "create", "make a drain wait until a session has moved"),
          of(Role.WATCH_NODES, CORE, "nodes", "list", "see which nodes are cordoned"),
          of(Role.WATCH_NODES, CORE, "nodes", "watch", "notice that a node is cordoned"),
          of(
              Role.LEADER_ELECTION,
              "coordination.k8s.io",
              "leases",
              "get",
              "see which replica leads"),
          of(Role.LEADER_ELECTION, "coordination.k8s.io", "leases", "create", "create the Lease"),
          of(
              Role.LEADER_ELECTION,
              "coordination.k8s.io",
              "leases",
              "update",
              "renew the Lease, and release it"),
          of(Role.CLEANUP, OURS, "mcpsessions", "list", "list the remaining sessions"),
          of(
              Role.CLEANUP,
              OURS,
              "mcpsessions",
              "delete",
              "delete every session, with its uid as precondition"),
          of(Role.CLEANUP, POLICY, BUDGETS, "list", "list the operator's budgets"),
          of(
              Role.CLEANUP,
              POLICY,
              BUDGETS,
              "delete",
              "delete the operator's budgets, which would block drains"),
          gateway("mcptemplates", "get", "read a template that is not known yet"),
          gateway("mcptemplates", "list", "list the offers, and who may use them"),
          gateway("mcptemplates", "watch", "notice that access to an offer has changed"),
          gateway("mcpsessions", "get", "read a session of which only the name is known"),
          gateway("mcpsessions", "list", "list the users' sessions"),
          gateway("mcpsessions", "watch", "notice that a session serves, or has ended"),
          gateway("mcpsessions", "create", "make the session of a user, from a template"),
          gateway(
              "mcpsessions",
              "patch",
              "report use, with the annotations lastActive, lastConnected and released"),
          gateway("mcpsessions", "delete", "end a user's session, with its uid as precondition"),
          gateway("mcpconnections", "get", "read a connection that is not known yet"),
          gateway("mcpconnections", "list", "list the clients' connections"),
          gateway("mcpconnections", "watch", "notice what another replica did with a connection"),
          gateway("mcpconnections", "create", "remember a client's initialize"),
          gateway("mcpconnections", "update", "replace what is remembered of a connection"),
          gateway("mcpconnections", "patch", "bind a connection to another backend"),
          gateway("mcpconnections", "delete", "end a connection"),
          grants("get", "read a user's grant, and the client that the template names"),
          grants("create", "store the grant that a user gives"),
          grants("patch", "put the grant that a user gives anew in the place of the one before"),
          grants("delete", "delete a grant that a user takes back"),
          store("get", "read a sign-in that is not known yet"),
          store("list", "list sign-ins and keys"),
          store("watch", "notice that a sign-in has ended at another replica, and a new key"),
          store("create", "store a sign-in, and the keys if nobody has"),
          store(
              "update", "store what is new of a sign-in or of the keys, unless they have changed"),
          store("patch", "mark a sign-in as ended"),
          store("delete", "delete a sign-in"));

  /** All permissions, in the order of the documents. */
  public static List<Permission> all() {
    return ALL;
  }

  /** The permissions that these roles grant. */
  public static List<Permission> of(Role... roles) {
    return ALL.stream().filter(p -> Arrays.asList(roles).contains(p.role)).toList();
  }

  private static Permission sessions(String group, String resource, String verb, String purpose) {
    return of(Role.SESSIONS, group, resource, verb, purpose);
  }

  private static Permission gateway(String resource, String verb, String purpose) {
    return of(Role.GATEWAY, OURS, resource, verb, purpose);
  }

  private static Permission grants(String verb, String purpose) {
    return of(Role.GATEWAY_SIGN_IN, CORE, "secrets", verb, purpose);
  }

  private static Permission store(String verb, String purpose) {
    return of(Role.GATEWAY_SIGN_IN_STORE, CORE, "secrets", verb, purpose);
  }

  private static Permission of(
      Role role, String group, String resource, String verb, String purpose) {
    return new Permission(role, group, resource, verb, purpose);
  }

  /**
   * Human-readable: {@code create secrets}, {@code update mcpsessions/status of mcpsession.dev}.
   */
  @Override
  public String toString() {
    return verb + " " + resource + (group.isEmpty() ? "" : " of " + group);
  }
}

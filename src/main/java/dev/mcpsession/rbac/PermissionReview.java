package dev.mcpsession.rbac;

import dev.mcpsession.config.OperatorConfig;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Asks the API server whether the operator has the rights that it needs. Without this check a
 * missing right shows late: an informer without the right to list waits forever, and writes fail
 * session by session.
 */
public final class PermissionReview {
  /** Concurrent requests: each is cheap, and a list of namespaces needs many. */
  private static final int AT_A_TIME = 10;

  private final KubernetesClient client;
  private final List<Needed> needed = new ArrayList<>();

  /**
   * @param namespace null: in all namespaces, or for a resource without namespace
   * @param isWatched whether only the sessions of this namespace need it
   */
  private record Needed(Permission permission, @Nullable String namespace, boolean isWatched) {
    String where() {
      return namespace == null ? "in the whole cluster" : "in namespace " + namespace;
    }
  }

  private PermissionReview(KubernetesClient client) {
    this.client = client;
  }

  /**
   * The review of the permissions that a configuration needs.
   *
   * @param namespaces the watched ones; empty: all
   * @param leaseNamespace null without leader election
   */
  public static PermissionReview of(
      KubernetesClient client,
      OperatorConfig config,
      Collection<String> namespaces,
      @Nullable String leaseNamespace) {
    PermissionReview review = new PermissionReview(client);
    review.needToWatch(namespaces, Role.SESSIONS);
    if (config.watchTokenSecrets()) {
      review.needToWatch(namespaces, Role.WATCH_TOKEN_SECRETS);
    }
    if (config.watchNodes()) {
      review.needToWatch(namespaces, Role.DRAIN);
      review.need(null, Role.WATCH_NODES, false);
    }
    if (leaseNamespace != null) {
      review.need(leaseNamespace, Role.LEADER_ELECTION, false);
    }
    return review;
  }

  private void needToWatch(Collection<String> namespaces, Role role) {
    if (namespaces.isEmpty()) {
      need(null, role, true);
    }
    namespaces.stream().sorted().forEach(namespace -> need(namespace, role, true));
  }

  private void need(@Nullable String namespace, Role role, boolean isWatched) {
    Permission.of(role)
        .forEach(permission -> needed.add(new Needed(permission, namespace, isWatched)));
  }

  /**
   * Empty if all are granted, or if the API server cannot answer. If all that is missing concerns
   * the sessions of some of the watched namespaces, the others can be served without it.
   *
   * @return by namespace
   * @throws MissingPermissions if none of the namespaces can be served; it names them all
   */
  Map<String, MissingPermissions> check() {
    List<Needed> missing = missing(needed);
    Set<String> watched =
        needed.stream()
            .filter(Needed::isWatched)
            .flatMap(one -> Stream.ofNullable(one.namespace()))
            .collect(Collectors.toSet());
    Map<String, MissingPermissions> byNamespace = new TreeMap<>();
    for (Needed one : missing) {
      String namespace = one.namespace();
      if (!one.isWatched() || namespace == null) {
        throw new MissingPermissions(missing);
      }
      byNamespace.computeIfAbsent(
          namespace,
          name ->
              new MissingPermissions(
                  missing.stream().filter(other -> name.equals(other.namespace())).toList()));
    }
    if (!missing.isEmpty() && byNamespace.keySet().containsAll(watched)) {
      throw new MissingPermissions(missing);
    }
    return byNamespace;
  }

  /**
   * What the sessions of one namespace need and is not granted.
   *
   * @param namespace a watched one; null if all are watched
   */
  Optional<MissingPermissions> checkIn(@Nullable String namespace) {
    List<Needed> missing =
        missing(
            needed.stream()
                .filter(one -> one.isWatched() && Objects.equals(namespace, one.namespace()))
                .toList());
    return missing.isEmpty() ? Optional.empty() : Optional.of(new MissingPermissions(missing));
  }

  private List<Needed> missing(List<Needed> asked) {
    List<Needed> missing = new ArrayList<>();
    try (ExecutorService threads =
        Executors.newFixedThreadPool(AT_A_TIME, Thread.ofVirtual().factory())) {
      Map<Needed, Future<Boolean>> answers = new LinkedHashMap<>();
      asked.forEach(one -> answers.put(one, threads.submit(() -> isRefused(one))));
      for (Map.Entry<Needed, Future<Boolean>> answer : answers.entrySet()) {
        if (answer.getValue().get()) {
          missing.add(answer.getKey());
        }
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("the permissions could not be reviewed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reviewing the permissions", e);
    }
    return missing;
  }

  private boolean isRefused(Needed one) {
    Permission permission = one.permission();
    String[] resource = permission.resource().split("/", 2);
    SelfSubjectAccessReview review =
        new SelfSubjectAccessReviewBuilder()
            .withNewSpec()
            .withNewResourceAttributes()
            .withNamespace(one.namespace())
            .withVerb(permission.verb())
            .withGroup(permission.group())
            .withResource(resource[0])
            .withSubresource(resource.length > 1 ? resource[1] : null)
            .endResourceAttributes()
            .endSpec()
            .build();
    try {
      SelfSubjectAccessReview answer = client.resource(review).create();
      return answer.getStatus() != null && Boolean.FALSE.equals(answer.getStatus().getAllowed());
    } catch (KubernetesClientException e) {
      return false; // the requests that follow report better what is wrong with the API server
    }
  }

  /** The message says which are missing, where, and what to do. */
  public static final class MissingPermissions extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String which;

    private MissingPermissions(List<Needed> missing) {
      this(
          missing.stream()
              .collect(
                  Collectors.groupingBy(
                      Needed::where,
                      LinkedHashMap::new,
                      Collectors.mapping(
                          one -> one.permission().toString(), Collectors.joining(", "))))
              .entrySet()
              .stream()
              .map(where -> where.getValue() + " (" + where.getKey() + ")")
              .collect(Collectors.joining("; ")),
          missing.stream()
              .flatMap(one -> Stream.ofNullable(one.permission().role().setting()))
              .collect(Collectors.toCollection(TreeSet::new)));
    }

    private MissingPermissions(String which, Collection<String> settings) {
      super(
          "The operator's credentials lack permissions: "
              + which
              + ". Grant them as the Helm chart and config/rbac/ do; docs/permissions.md says what"
              + " each is for"
              + (settings.isEmpty()
                  ? ""
                  : ". Those of "
                      + String.join(" and ", settings)
                      + " can be done without: set that to false in the configuration file"));
      this.which = which;
    }

    /** The permissions and where they are missing, human-readable. */
    public String which() {
      return which;
    }
  }
}

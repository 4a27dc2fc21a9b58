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
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
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
   */
  private record Needed(Permission permission, @Nullable String namespace) {
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
    review.needIn(namespaces, Role.SESSIONS);
    if (config.watchTokenSecrets()) {
      review.needIn(namespaces, Role.WATCH_TOKEN_SECRETS);
    }
    if (config.watchNodes()) {
      review.needIn(namespaces, Role.DRAIN);
      review.needIn(List.of(), Role.WATCH_NODES);
    }
    if (leaseNamespace != null) {
      review.needIn(List.of(leaseNamespace), Role.LEADER_ELECTION);
    }
    return review;
  }

  private void needIn(Collection<String> namespaces, Role role) {
    List<Permission> permissions = Permission.of(role);
    if (namespaces.isEmpty()) {
      permissions.forEach(permission -> needed.add(new Needed(permission, null)));
    }
    for (String namespace : namespaces.stream().sorted().toList()) {
      permissions.forEach(permission -> needed.add(new Needed(permission, namespace)));
    }
  }

  /**
   * Returns normally if all are granted, or if the API server cannot answer.
   *
   * @throws MissingPermissions if some are not granted; it names them all
   */
  void check() {
    Map<String, List<String>> missing = new LinkedHashMap<>();
    Set<String> settings = new TreeSet<>();
    try (ExecutorService threads =
        Executors.newFixedThreadPool(AT_A_TIME, Thread.ofVirtual().factory())) {
      Map<Needed, Future<Boolean>> answers = new LinkedHashMap<>();
      needed.forEach(one -> answers.put(one, threads.submit(() -> isRefused(one))));
      for (Map.Entry<Needed, Future<Boolean>> answer : answers.entrySet()) {
        if (answer.getValue().get()) {
          missing
              .computeIfAbsent(answer.getKey().where(), where -> new ArrayList<>())
              .add(answer.getKey().permission().toString());
          Optional.ofNullable(answer.getKey().permission().role().setting())
              .ifPresent(settings::add);
        }
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("the permissions could not be reviewed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    if (!missing.isEmpty()) {
      throw new MissingPermissions(
          missing.entrySet().stream()
              .map(e -> String.join(", ", e.getValue()) + " (" + e.getKey() + ")")
              .collect(Collectors.joining("; ")),
          settings);
    }
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

    MissingPermissions(String which, Collection<String> settings) {
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
    }
  }
}

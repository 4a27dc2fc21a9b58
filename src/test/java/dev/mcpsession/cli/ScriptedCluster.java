package dev.mcpsession.cli;

import dev.mcpsession.kube.ScriptedApiServer;
import dev.mcpsession.kube.ScriptedApiServer.Reply;
import dev.mcpsession.kube.ScriptedApiServer.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An API server that holds what a test puts into it, and on which permissions and credentials are
 * taken away, and lists delayed.
 */
final class ScriptedCluster implements AutoCloseable {
  private static final Pattern LIST =
      Pattern.compile("/(?:api|apis/[^/]+)/[^/]+(?:/namespaces/([^/]+))?/([a-z]+)");
  private static final Pattern NAMESPACE = Pattern.compile("\"namespace\":\"([^\"]+)\"");
  private static final Map<String, String> KINDS =
      Map.of(
          "mcpsessions", "McpSession",
          "pods", "Pod",
          "services", "Service",
          "secrets", "Secret",
          "nodes", "Node",
          "poddisruptionbudgets", "PodDisruptionBudget");

  /** Namespaces in which nothing is permitted. */
  final Set<String> forbidden = ConcurrentHashMap.newKeySet();

  /** Items of lists as JSON, by "namespace/plural". */
  final Map<String, List<String>> items = new ConcurrentHashMap<>();

  /** Lists that are answered only when this counts down, by plural. */
  final Map<String, CountDownLatch> delayed = new ConcurrentHashMap<>();

  /** Requests that write, but reviews of permissions. */
  final List<String> writes = new CopyOnWriteArrayList<>();

  /** Whether every request is refused for its credentials. */
  volatile boolean unauthorized;

  final ScriptedApiServer server = ScriptedApiServer.answering(this::answer);

  private Reply answer(Request request) {
    if (unauthorized) {
      return Reply.refusal(401, "Unauthorized", "Unauthorized");
    }
    if (request.path().equals("/version")) {
      return new Reply(200, "{\"major\":\"1\",\"minor\":\"33\"}");
    }
    if (request.path().endsWith("/selfsubjectaccessreviews")) {
      Matcher namespace = NAMESPACE.matcher(request.body());
      boolean allowed = !namespace.find() || !forbidden.contains(namespace.group(1));
      return new Reply(
          201,
          """
          {"kind":"SelfSubjectAccessReview","apiVersion":"authorization.k8s.io/v1","spec":{},
           "status":{"allowed":%s}}
          """
              .formatted(allowed));
    }
    Matcher list = LIST.matcher(request.path());
    if (!request.method().equals("GET")) {
      writes.add(request.method() + " " + request.path());
      return new Reply(200, request.body().isEmpty() ? "{}" : request.body());
    }
    if (!list.matches()) {
      return Reply.refusal(404, "NotFound", "not found");
    }
    if (list.group(1) != null && forbidden.contains(list.group(1))) {
      return Reply.refusal(403, "Forbidden", "forbidden");
    }
    if (request.isWatch()) {
      return new Reply(200, "", !request.upgrade());
    }
    return list(list.group(1), list.group(2), request.query().contains("limit=1"));
  }

  private Reply list(String namespace, String plural, boolean isCheck) {
    CountDownLatch delay = delayed.get(plural);
    if (delay != null && !isCheck) {
      try {
        delay.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    List<String> found = new ArrayList<>();
    items.forEach(
        (key, json) -> {
          if (namespace == null
              ? key.endsWith("/" + plural)
              : key.equals(namespace + "/" + plural)) {
            found.addAll(json);
          }
        });
    return new Reply(
        200,
        """
        {"kind":"%sList","apiVersion":"%s","metadata":{"resourceVersion":"1"},"items":[%s]}
        """
            .formatted(
                KINDS.getOrDefault(plural, "Unknown"),
                plural.equals("mcpsessions") ? "mcpsession.dev/v1alpha1" : "v1",
                String.join(",", found)));
  }

  /** A session that began some days ago. */
  void session(String namespace, String name) {
    session(namespace, name, Instant.parse("2026-11-21T09:59:59Z"), Duration.ZERO);
  }

  /**
   * A session without a backend.
   *
   * @param maxLifetime zero: none
   */
  void session(String namespace, String name, Instant created, Duration maxLifetime) {
    items
        .computeIfAbsent(namespace + "/mcpsessions", key -> new CopyOnWriteArrayList<>())
        .add(
            """
            {"apiVersion":"mcpsession.dev/v1alpha1","kind":"McpSession","metadata":
             {"name":"%s","namespace":"%s","uid":"uid-%s-%s","resourceVersion":"1","generation":1,
              "creationTimestamp":"%s"},
             "spec":{"user":"u"%s,"podTemplate":{"spec":{"containers":[{"name":"b","image":"b"}]}}}}
            """
                .formatted(
                    name,
                    namespace,
                    namespace,
                    name,
                    created,
                    maxLifetime.isZero()
                        ? ""
                        : ",\"suspend\":true,\"maxLifetimeSeconds\":" + maxLifetime.toSeconds()));
  }

  /** Ends each watch; the client then opens it anew. */
  void endWatches() {
    server.endOpenReplies();
  }

  @Override
  public void close() {
    delayed.values().forEach(CountDownLatch::countDown);
    server.close();
  }
}

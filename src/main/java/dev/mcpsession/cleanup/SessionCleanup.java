package dev.mcpsession.cleanup;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.Names;
import dev.mcpsession.kube.ApiErrors;
import dev.mcpsession.kube.ConditionalDelete;
import dev.mcpsession.kube.ConditionalDelete.Kind;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.PrintWriter;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Deletes sessions, with their uids as precondition, and waits until they are gone. Sessions that
 * are created in the meantime are deleted as well. Then deletes the operator's
 * PodDisruptionBudgets.
 */
public final class SessionCleanup {
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration TELL = Duration.ofSeconds(10);

  /** Sessions in one page of a list, which keeps each response small. */
  private static final long PAGE = 500;

  /** Maximum of sessions named in a message. */
  private static final int NAMED = 20;

  private final KubernetesClient client;
  private final ConditionalDelete deletes;
  private final Set<String> namespaces;
  private final PrintWriter out;
  private final LongSupplier nanoTime;
  private final Set<String> deleted = new HashSet<>();

  /**
   * @param namespaces empty: all
   * @param nanoTime monotonic, in nanoseconds
   */
  public SessionCleanup(
      KubernetesClient client, Set<String> namespaces, PrintWriter out, LongSupplier nanoTime) {
    this.client = client;
    this.deletes = new ConditionalDelete(client);
    this.namespaces = Set.copyOf(namespaces);
    this.out = out;
    this.nanoTime = nanoTime;
  }

  /** The result of one pass. */
  private static final class Look {
    private int count;
    private final List<String> names = new ArrayList<>();

    void add(McpSession session) {
      if (++count <= NAMED) {
        names.add("  " + name(session) + ": " + why(session));
      }
    }
  }

  /**
   * Retries until the timeout, also while the API server is unreachable.
   *
   * @return why sessions are left, in lines; empty if none is left
   * @throws KubernetesClientException when the API server refuses
   */
  public List<String> run(Duration timeout) throws InterruptedException {
    long begun = nanoTime.getAsLong();
    long told = begun;
    String where = namespaces.isEmpty() ? "all namespaces" : String.join(", ", namespaces);
    out.println("Deletes every McpSession of " + where);
    while (true) {
      Look look = null;
      String trouble = "";
      try {
        look = look();
      } catch (KubernetesClientException e) {
        if (ApiErrors.isGone(e)) {
          out.println("The API server does not know McpSession, so there is none");
          return List.of();
        }
        if (isFinal(e)) {
          throw e;
        }
        trouble = "the API server cannot be asked: " + ApiErrors.reason(e);
      }
      if (look != null && look.count == 0) {
        out.println("None is left; deleted: " + deleted.size());
        deleteBudgets();
        return List.of();
      }
      long now = nanoTime.getAsLong();
      if (now - begun >= timeout.toNanos()) {
        return left(look, trouble, timeout);
      }
      if (now - told >= TELL.toNanos()) {
        told = now;
        out.println(look == null ? "Waits: " + trouble : "Waits for " + look.count);
      }
      Thread.sleep(LOOK);
    }
  }

  private static List<String> left(@Nullable Look look, String trouble, Duration timeout) {
    String after = " after " + timeout.toSeconds() + " s";
    if (look == null) {
      return List.of("Not known whether sessions are left" + after + "; " + trouble);
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        (look.count == 1 ? "1 McpSession is left" : look.count + " McpSessions are left")
            + after
            + ":");
    lines.addAll(look.names);
    if (look.count > NAMED) {
      lines.add("  and " + (look.count - NAMED) + " more");
    }
    return lines;
  }

  /** Without an operator that moves sessions, a budget would block every drain of its namespace. */
  private void deleteBudgets() {
    for (String namespace : namespaces.isEmpty() ? Set.of("") : namespaces) {
      var all = client.policy().v1().podDisruptionBudget();
      var some = namespace.isEmpty() ? all.inAnyNamespace() : all.inNamespace(namespace);
      for (PodDisruptionBudget budget :
          some.withLabel(Names.MANAGED_BY_LABEL, Names.MANAGED_BY).list().getItems()) {
        if (delete(Kind.BUDGET, budget.getMetadata())) {
          out.println("Deleted PodDisruptionBudget " + name(budget));
        }
      }
    }
  }

  /** Lists the sessions in pages, and deletes those that were not deleted yet. */
  private Look look() {
    Look look = new Look();
    for (String namespace : namespaces.isEmpty() ? Set.of("") : namespaces) {
      String next = null;
      do {
        KubernetesResourceList<McpSession> page = list(namespace, next);
        for (McpSession session : page.getItems()) {
          look.add(session);
          delete(session.getMetadata());
        }
        next = page.getMetadata().getContinue();
      } while (next != null && !next.isEmpty());
    }
    return look;
  }

  private KubernetesResourceList<McpSession> list(String namespace, @Nullable String next) {
    ListOptions options = new ListOptionsBuilder().withLimit(PAGE).withContinue(next).build();
    var sessions = client.resources(McpSession.class);
    return namespace.isEmpty()
        ? sessions.inAnyNamespace().list(options)
        : sessions.inNamespace(namespace).list(options);
  }

  private void delete(ObjectMeta session) {
    if (session.getDeletionTimestamp() == null
        && !deleted.contains(session.getUid())
        && delete(Kind.SESSION, session)) {
      deleted.add(session.getUid());
    }
  }

  /** False if it is gone already, or another one has its name, which the next pass finds. */
  private boolean delete(Kind kind, ObjectMeta object) {
    try {
      deletes.delete(kind, object.getNamespace(), object.getName(), object.getUid(), null);
      return true;
    } catch (KubernetesClientException e) {
      if (ApiErrors.isGone(e) || ApiErrors.isConflict(e)) {
        return false;
      }
      throw e;
    }
  }

  /** A retry would get the same answer. */
  private static boolean isFinal(KubernetesClientException e) {
    return e.getCode() == HttpURLConnection.HTTP_FORBIDDEN
        || e.getCode() == HttpURLConnection.HTTP_UNAUTHORIZED;
  }

  private static String name(HasMetadata object) {
    return object.getMetadata().getNamespace() + "/" + object.getMetadata().getName();
  }

  private static String why(McpSession session) {
    List<String> finalizers = session.getMetadata().getFinalizers();
    if (session.getMetadata().getDeletionTimestamp() == null) {
      return "came up only now";
    }
    if (finalizers.isEmpty()) {
      return "is being deleted";
    }
    return finalizers.stream()
        .map(
            finalizer ->
                finalizer.equals(Names.REVOCATION_FINALIZER)
                    ? "waits for the finalizer "
                        + finalizer
                        + ", which a running operator removes within a minute; see whether one runs"
                    : "waits for the finalizer " + finalizer + ", which another program removes")
        .collect(Collectors.joining("; "));
  }
}

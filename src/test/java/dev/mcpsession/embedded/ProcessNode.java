package dev.mcpsession.embedded;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Scheduler, kubelet and container runtime in one: runs every Pod's backend as a local process,
 * reports its state in the Pod's status, and ends it when the Pod is deleted. It restarts nothing:
 * a backend that ends by itself leaves its Pod Succeeded or Failed.
 */
public final class ProcessNode implements AutoCloseable {
  static final String NAME = "this-machine";

  private static final long POLL_MILLIS = 50;
  private static final long DEFAULT_GRACE_SECONDS = 30;

  /** The grace period of all processes together when the node itself ends. */
  private static final Duration FINAL_GRACE = Duration.ofSeconds(3);

  /** The time limit from SIGKILL to the end of a process. */
  private static final Duration KILL = Duration.ofSeconds(1);

  private final KubernetesClient client;
  private final Path directory;
  private final LoopbackAddresses addresses = new LoopbackAddresses();
  private final Map<String, BackendProcess> backends = new ConcurrentHashMap<>();
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("node").daemon().factory());
  private final Thread hook = new Thread(this::endAll, "node-end");
  private final SharedIndexInformer<Pod> informer;

  private ProcessNode(KubernetesClient client, Path directory) {
    this.client = client;
    this.directory = directory;
    Runtime.getRuntime().addShutdownHook(hook);
    informer = client.pods().inAnyNamespace().inform(new PodEvents());
  }

  /** The client stays the caller's, and must outlive the node. */
  public static ProcessNode start(KubernetesClient client) throws IOException {
    return new ProcessNode(client, Files.createTempDirectory("mcpsession-node"));
  }

  /** The folder of the Pods' files while they run. */
  public Path directory() {
    return directory;
  }

  private final class PodEvents implements ResourceEventHandler<Pod> {
    @Override
    public void onAdd(Pod pod) {
      after(0, () -> attend(pod));
    }

    @Override
    public void onUpdate(Pod before, Pod pod) {
      after(0, () -> attend(pod));
    }

    @Override
    public void onDelete(Pod pod, boolean unknown) {
      after(0, () -> end(pod));
    }
  }

  /** Everything except the processes themselves runs on one thread. */
  private void after(long millis, Runnable task) {
    Runnable guarded =
        () -> {
          try {
            task.run();
          } catch (RuntimeException e) {
            System.err.println("the node failed: " + e);
          }
        };
    if (!executor.isShutdown()) {
      var unused = executor.schedule(guarded, millis, TimeUnit.MILLISECONDS);
    }
  }

  private void attend(Pod pod) {
    if (pod.isMarkedForDeletion()) {
      end(pod);
    } else if (!backends.containsKey(pod.getMetadata().getUid())) {
      begin(pod);
    }
  }

  private void begin(Pod pod) {
    String uid = pod.getMetadata().getUid();
    String address = addresses.take(BackendProcess.portOf(pod));
    BackendProcess backend = new BackendProcess(pod, address, directory.resolve(uid));
    backends.put(uid, backend);
    PodConditions conditions = new PodConditions(backend.container(), address, Instant.now());
    ignoringDeleted(
        () ->
            resource(pod)
                .edit(p -> new PodBuilder(p).editSpec().withNodeName(NAME).endSpec().build()));
    report(backend, conditions.creating());
    run(backend, conditions);
  }

  private void run(BackendProcess backend, PodConditions conditions) {
    if (backend.isEnding()) {
      return;
    }
    try {
      if (!backend.start(client)) {
        after(POLL_MILLIS, () -> run(backend, conditions));
        return;
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot run " + backend.pod().getMetadata().getName(), e);
    }
    Instant started = Instant.now();
    report(backend, conditions.running(started, false, started));
    probe(backend, conditions, started);
    backend.onExit(code -> after(0, () -> report(backend, conditions.ended(code, Instant.now()))));
  }

  private void probe(BackendProcess backend, PodConditions conditions, Instant started) {
    if (backend.isEnding() || !backend.isAlive()) {
      return;
    }
    if (backend.accepts()) {
      report(backend, conditions.running(started, true, Instant.now()));
    } else {
      after(POLL_MILLIS, () -> probe(backend, conditions, started));
    }
  }

  private void report(BackendProcess backend, PodStatus status) {
    if (!backend.isEnding()) {
      ignoringDeleted(
          () ->
              resource(backend.pod())
                  .editStatus(pod -> new PodBuilder(pod).withStatus(status).build()));
    }
  }

  private PodResource resource(Pod pod) {
    return client
        .pods()
        .inNamespace(pod.getMetadata().getNamespace())
        .withName(pod.getMetadata().getName());
  }

  /** The watch will report the deletion, too. */
  private static void ignoringDeleted(Runnable write) {
    try {
      write.run();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND
          && e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
    }
  }

  /**
   * SIGTERM, and SIGKILL after the Pod's grace period; when the process has ended, the Pod goes.
   */
  private void end(Pod pod) {
    BackendProcess backend = backends.get(pod.getMetadata().getUid());
    if (backend == null || backend.isEnding()) {
      return;
    }
    Long grace = pod.getMetadata().getDeletionGracePeriodSeconds();
    backend.end();
    backend.onExit(code -> after(0, () -> remove(backend)));
    long seconds = Objects.requireNonNullElse(grace, DEFAULT_GRACE_SECONDS);
    after(TimeUnit.SECONDS.toMillis(seconds), backend::kill);
  }

  private void remove(BackendProcess backend) {
    backends.remove(backend.pod().getMetadata().getUid());
    addresses.release(backend.address());
    backend.clean();
    ignoringDeleted(() -> resource(backend.pod()).withGracePeriod(0).delete());
  }

  /** Also called when the JVM exits, for whatever reason. */
  private void endAll() {
    executor.shutdownNow();
    List<BackendProcess> all = List.copyOf(backends.values());
    all.forEach(BackendProcess::end);
    Instant deadline = Instant.now().plus(FINAL_GRACE);
    for (BackendProcess backend : all) {
      backend.awaitExit(Duration.between(Instant.now(), deadline));
      backend.kill();
      backend.awaitExit(KILL);
      backend.clean();
    }
    try {
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      System.err.println("cannot remove " + directory + ": " + e.getMessage());
    }
  }

  /** Ends every process, within seconds, and leaves the Pods as they are. */
  @Override
  public void close() {
    informer.close();
    endAll();
    Runtime.getRuntime().removeShutdownHook(hook);
  }
}

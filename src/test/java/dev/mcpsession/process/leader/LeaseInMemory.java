package dev.mcpsession.process.leader;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A Lease with the API server's rules for resourceVersion, which fails when a test says so. */
final class LeaseInMemory implements LeaseStore {
  enum Fault {
    NONE,
    /** The write arrives, its answer does not. */
    ANSWER_LOST
  }

  /** One for each call to come. */
  final Deque<Fault> faults = new ArrayDeque<>();

  final AtomicInteger calls = new AtomicInteger();

  /** Nothing arrives. */
  boolean away;

  @Nullable Lease lease;
  private int version;

  @Override
  public synchronized @Nullable Lease read() {
    before();
    return lease == null ? null : new LeaseBuilder(lease).build();
  }

  @Override
  public synchronized Lease create(Lease wanted) {
    return write(
        () -> {
          if (lease != null) {
            throw refused(409);
          }
          return wanted;
        });
  }

  @Override
  public synchronized Lease replace(Lease wanted) {
    return write(
        () -> {
          if (lease == null) {
            throw refused(404);
          }
          if (!lease
              .getMetadata()
              .getResourceVersion()
              .equals(wanted.getMetadata().getResourceVersion())) {
            throw refused(409);
          }
          return wanted;
        });
  }

  @Override
  public String describe() {
    return "test/lease";
  }

  /** By somebody else's hand. */
  synchronized void edit(UnaryOperator<LeaseBuilder> change) {
    lease =
        change
            .apply(new LeaseBuilder(lease))
            .editMetadata()
            .withResourceVersion(String.valueOf(++version))
            .endMetadata()
            .build();
  }

  private Lease write(Supplier<Lease> write) {
    @Nullable Fault fault = before();
    lease =
        new LeaseBuilder(write.get())
            .editMetadata()
            .withResourceVersion(String.valueOf(++version))
            .endMetadata()
            .build();
    if (fault == Fault.ANSWER_LOST) {
      throw new KubernetesClientException("answer lost");
    }
    return new LeaseBuilder(lease).build();
  }

  private @Nullable Fault before() {
    calls.incrementAndGet();
    Fault fault = faults.poll();
    if (away) {
      throw new KubernetesClientException("away");
    }
    return fault;
  }

  private static KubernetesClientException refused(int code) {
    return new KubernetesClientException("refused", code, null);
  }
}

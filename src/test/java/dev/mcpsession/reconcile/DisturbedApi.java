package dev.mcpsession.reconcile;

import dev.mcpsession.reconcile.write.ClusterApi;
import dev.mcpsession.simulation.model.Fault;
import dev.mcpsession.simulation.model.Killed;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sits between one operator and the API server: records every request, and makes one of them fail.
 */
public final class DisturbedApi {
  /** The n-th request of a kind since the last {@link #listen}. */
  public record Call(String method, int number) {
    boolean isRead() {
      return method.startsWith("read");
    }

    @Override
    public String toString() {
      return method + " #" + number;
    }
  }

  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<Call> calls = new ArrayList<>();
  private final CountDownLatch struck = new CountDownLatch(1);
  private @Nullable Call victim;
  private volatile @Nullable Fault fault;
  private volatile Runnable meanwhile = () -> {};
  private boolean dead;

  public ClusterApi around(ClusterApi real) {
    return around(ClusterApi.class, real);
  }

  /** Wraps another interface through which the process makes requests. */
  public <T> T around(Class<T> port, T real) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) -> request(real, method, arguments)));
  }

  /** Restarts the count. */
  public synchronized void listen() {
    numbers.clear();
    calls.clear();
  }

  /**
   * Restarts the count, and makes one request fail.
   *
   * @param meanwhile what someone else does right before that request
   */
  public synchronized void strike(Call victim, Fault fault, Runnable meanwhile) {
    listen();
    this.victim = victim;
    this.fault = fault;
    this.meanwhile = meanwhile;
  }

  /** Restarts the count, and lets someone else act right before one request. */
  public synchronized void before(Call call, Runnable meanwhile) {
    listen();
    this.victim = call;
    this.fault = null;
    this.meanwhile = meanwhile;
  }

  public boolean hasStruckWithin(int seconds) throws InterruptedException {
    return struck.await(seconds, TimeUnit.SECONDS);
  }

  public synchronized List<Call> calls() {
    return List.copyOf(calls);
  }

  public List<Call> writes() {
    return calls().stream().filter(call -> !call.isRead()).toList();
  }

  private @Nullable Object request(Object real, Method method, Object[] arguments)
      throws Throwable {
    if (isDead()) {
      throw ended(method);
    }
    if (!note(method.getName())) {
      return pass(real, method, arguments);
    }
    meanwhile.run();
    Fault now = fault;
    if (now == null) {
      struck.countDown();
      return pass(real, method, arguments);
    }
    try {
      if (now.isCarriedOut()) {
        pass(real, method, arguments);
      }
    } finally {
      synchronized (this) {
        dead = now.kills();
      }
      struck.countDown();
    }
    throw switch (now) {
      case CONFLICT -> new KubernetesClientException("somebody was faster", 409, null);
      case SERVER_ERROR -> new KubernetesClientException("internal error", 500, null);
      case KILLED_BEFORE, KILLED_AFTER -> ended(method);
      case ANSWER_LOST -> noAnswer();
    };
  }

  /** Records a call; whether it is the one to disturb. */
  private synchronized boolean note(String method) {
    Call call = new Call(method, numbers.merge(method, 1, Integer::sum));
    calls.add(call);
    return call.equals(victim);
  }

  private synchronized boolean isDead() {
    return dead;
  }

  /**
   * The failure that the caller sees: the reconciler retries; a renewal would try to store its
   * result.
   */
  private static Throwable ended(Method method) {
    return method.getDeclaringClass() == ClusterApi.class ? noAnswer() : new Killed();
  }

  private static KubernetesClientException noAnswer() {
    return new KubernetesClientException("no answer", new IOException("connection reset"));
  }

  private static @Nullable Object pass(Object real, Method method, Object[] arguments)
      throws Throwable {
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}

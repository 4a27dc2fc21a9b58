package dev.mcpsession.simulation;

import dev.mcpsession.simulation.model.Faults;
import dev.mcpsession.simulation.model.ModelApiServer;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one operator's requests to the API server meet: others act in between, requests fail, time
 * passes, and the process dies midway.
 */
final class FaultyConnection {
  private final World world;
  private final ModelOperator operator;
  private final Runnable meanwhile;
  private int writes;
  private int requests;

  /**
   * @param meanwhile lets others do something before and after each request
   */
  FaultyConnection(World world, ModelOperator operator, Runnable meanwhile) {
    this.world = world;
    this.operator = operator;
    this.meanwhile = meanwhile;
  }

  /** All requests, also those that failed. */
  int requests() {
    return requests;
  }

  /** Requests that changed something. */
  int writes() {
    return writes;
  }

  /** Makes a request that changes something if it succeeds. */
  <T> T write(String what, Supplier<T> request) {
    return call(
        what,
        () -> {
          world.webhooks.review(what);
          T result = request.get();
          writes++;
          return result;
        });
  }

  /** Makes a request without an answer. */
  void delete(String what, Runnable request) {
    write(
        what,
        () -> {
          request.run();
          return Boolean.TRUE;
        });
  }

  /** Makes a request; {@code what} is its line in the trace. */
  <T extends @Nullable Object> T call(String what, Supplier<T> request) {
    requests++;
    meanwhile.run();
    operator.live();
    world.clock.move(Duration.ofMillis(world.faults.isOver() ? 0 : world.chance.below(30)));
    Faults.Fault fault = world.faults.next();
    String line = operator + " " + what + (fault == Faults.Fault.NONE ? "" : " [" + fault + "]");
    switch (fault) {
      case KILLED_BEFORE -> {
        world.trace.line(line);
        throw operator.kill();
      }
      case CONFLICT -> throw fail(line, 409);
      case INTERNAL_ERROR -> throw fail(line, 500);
      case UNAVAILABLE -> throw fail(line, 503);
      case TIMEOUT -> {
        world.clock.move(Duration.ofSeconds(10));
        throw fail(line, 0);
      }
      case NONE, KILLED_AFTER, ANSWER_LOST -> {}
    }
    T result;
    try {
      result = request.get();
    } catch (KubernetesClientException e) {
      world.trace.line(line + " -> " + e.getCode() + " " + e.getMessage());
      throw e;
    }
    world.trace.line(line);
    world.invariants.check();
    if (fault == Faults.Fault.KILLED_AFTER) {
      throw operator.kill();
    } else if (fault == Faults.Fault.ANSWER_LOST) {
      throw ModelApiServer.error(0, "the answer was lost");
    }
    meanwhile.run();
    operator.live();
    return result;
  }

  private KubernetesClientException fail(String line, int code) {
    world.trace.line(line);
    return ModelApiServer.error(code, "a fault");
  }

  /** Makes a dry run, which is not counted as a write. */
  void tryOut(String what, Runnable dryRun) {
    call(
        what,
        () -> {
          world.webhooks.review(what);
          dryRun.run();
          return Boolean.TRUE;
        });
  }
}

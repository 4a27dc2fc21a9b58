package dev.mcpsession.gateway.http;

import dev.mcpsession.gateway.activity.Activity;
import dev.mcpsession.gateway.session.Backend;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts use. */
final class FakeActivity implements Activity {
  final AtomicInteger uses = new AtomicInteger();
  final AtomicInteger present = new AtomicInteger();
  final AtomicInteger acknowledged = new AtomicInteger();
  final AtomicInteger lost = new AtomicInteger();

  /** So many uses come too late. */
  final AtomicInteger late = new AtomicInteger();

  @Override
  public CompletionStage<Boolean> used(Backend backend) {
    uses.incrementAndGet();
    return CompletableFuture.completedStage(late.getAndUpdate(it -> Math.max(0, it - 1)) == 0);
  }

  @Override
  public Presence begun(Backend backend, boolean stream) {
    present.incrementAndGet();
    return new Presence() {
      @Override
      public void acknowledged(Duration ago) {
        acknowledged.incrementAndGet();
      }

      @Override
      public void lost() {
        lost.incrementAndGet();
      }

      @Override
      public void close() {
        present.decrementAndGet();
      }
    };
  }
}

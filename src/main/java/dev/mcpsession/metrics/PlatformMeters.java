package dev.mcpsession.metrics;

import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;

/**
 * The meters that are not ours: those of the Java virtual machine and of the operator framework.
 */
public final class PlatformMeters implements AutoCloseable {
  private final Metrics josdk;
  private final JvmGcMetrics garbageCollector = new JvmGcMetrics();

  public PlatformMeters(MeterRegistry registry) {
    new ClassLoaderMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    garbageCollector.bindTo(registry);
    josdk = MicrometerMetrics.withoutPerResourceMetrics(registry);
  }

  /**
   * To be given to the operator framework. Has no label for a resource: their number would have no
   * bound.
   */
  public Metrics josdk() {
    return josdk;
  }

  /** Takes back the listeners on the garbage collector. */
  @Override
  public void close() {
    garbageCollector.close();
  }
}

package dev.mcpsession.bench.report;

import dev.mcpsession.cluster.Cluster;
import java.lang.management.ManagementFactory;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/** The machine that the figures were taken on, without its name. */
public final class Machine {
  private Machine() {}

  public static Table describe(Optional<Cluster> cluster) {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Table.Builder("Machine", "", "")
        .row("date", LocalDate.now(ZoneOffset.UTC))
        .row("cores", Runtime.getRuntime().availableProcessors())
        .row("memory", system.getTotalMemorySize() / (1 << 30) + " GiB")
        .row("system", system.getName() + " " + system.getVersion() + " " + system.getArch())
        .row("JDK", System.getProperty("java.vendor") + " " + Runtime.version())
        .row(
            "Kubernetes",
            cluster.map(c -> c.client().getKubernetesVersion().getGitVersion()).orElse("none"))
        .row("load before", system.getSystemLoadAverage())
        .build();
  }
}

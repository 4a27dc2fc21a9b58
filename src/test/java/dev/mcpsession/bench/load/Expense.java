package dev.mcpsession.bench.load;

import dev.mcpsession.cluster.TcpProxy;

/**
 * What has been used so far, or between two moments.
 *
 * @param serverCpu CPU seconds of the API server, whoever caused them
 * @param operatorCpu CPU seconds of the operator
 * @param received bytes that the operator got from the API server
 */
public record Expense(double serverCpu, double operatorCpu, double received) {
  private static final String METRIC = "process_cpu_seconds_total ";

  /**
   * Everything until now.
   *
   * @param way by which the operator reaches the API server
   */
  public static Expense soFar(Arena arena, OperatorJar operator, TcpProxy way) {
    return new Expense(
        arena
            .client()
            .raw("/metrics")
            .lines()
            .filter(line -> line.startsWith(METRIC))
            .mapToDouble(line -> Double.parseDouble(line.substring(METRIC.length())))
            .sum(),
        operator.cpuSeconds(),
        way.answeredBytes());
  }

  public Expense since(Expense before) {
    return new Expense(
        serverCpu - before.serverCpu, operatorCpu - before.operatorCpu, received - before.received);
  }
}

package dev.mcpsession.reconcile;

import dev.mcpsession.cluster.Cluster;
import dev.mcpsession.token.TokenSource;
import java.time.InstantSource;

/** Starts the operator's controller in the namespace of a test class. */
public record OperatorOf(Cluster cluster) {
  public RunningController with(DisturbedApi api) {
    return new RunningController(
        cluster.client(),
        cluster.namespace(),
        api::around,
        RunningController.sources(cluster.client()));
  }

  public RunningController with(DisturbedApi api, InstantSource clock) {
    return new RunningController(
        cluster.client(),
        cluster.namespace(),
        api::around,
        RunningController.sources(cluster.client(), clock),
        clock);
  }

  public RunningController with(DisturbedApi api, TokenSource tokens) {
    return new RunningController(
        cluster.client(), cluster.namespace(), api::around, secrets -> spec -> tokens);
  }
}

package dev.mcpsession.cluster;

import static org.junit.jupiter.api.extension.ConditionEvaluationResult.disabled;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One connection for all test classes, and a {@link Cluster} with its own namespace for each. */
final class ClusterExtension implements ExecutionCondition, ParameterResolver {
  private static final Namespace STORE = Namespace.create(ClusterExtension.class);

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return ClusterConnection.kubeconfig()
        .map(file -> enabled("runs against the cluster of " + file))
        .orElseGet(
            () ->
                disabled(
                    "needs a real Kubernetes API server: give one with -D"
                        + ClusterConnection.PROPERTY
                        + "=FILE"));
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Cluster.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    ClusterConnection connection =
        context
            .getRoot()
            .getStore(STORE)
            .computeIfAbsent(
                ClusterConnection.class, key -> ClusterConnection.open(), ClusterConnection.class);
    return classContext(context)
        .getStore(STORE)
        .computeIfAbsent(
            Cluster.class,
            key -> Cluster.of(connection, context.getRequiredTestClass()),
            Cluster.class);
  }

  /**
   * The outermost test class: what its nested classes and methods use is closed after all of them
   * have run.
   */
  private static ExtensionContext classContext(ExtensionContext context) {
    ExtensionContext found = context;
    for (ExtensionContext c = context;
        c.getTestClass().isPresent();
        c = c.getParent().orElseThrow()) {
      found = c;
    }
    return found;
  }
}

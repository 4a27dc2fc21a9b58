package dev.mcpsession.monitoring;

import static org.junit.jupiter.api.extension.ConditionEvaluationResult.disabled;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import dev.mcpsession.external.ExternalProgram;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Needs the programs promtool and prometheus. Skipped without them, but not where {@code CI=true}:
 * nobody would notice there.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(PrometheusTest.Presence.class)
@interface PrometheusTest {

  /** Whether the programs are there. */
  final class Presence implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      boolean there =
          ExternalProgram.find("promtool").isPresent()
              && ExternalProgram.find("prometheus").isPresent();
      boolean ci = "true".equals(System.getenv("CI"));
      return there || ci
          ? enabled(there ? "promtool and prometheus are there" : "CI has to have promtool")
          : disabled("needs promtool and prometheus: install Debian's package prometheus");
    }
  }
}

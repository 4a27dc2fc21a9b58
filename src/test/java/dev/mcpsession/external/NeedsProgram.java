package dev.mcpsession.external;

import static org.junit.jupiter.api.extension.ConditionEvaluationResult.disabled;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Needs a program of the machine. Skipped without it, but not where {@code CI=true}: nobody would
 * notice there.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsProgram.Presence.class)
public @interface NeedsProgram {
  /** Its name. */
  String value();

  /** Debian's package that has it. */
  String debianPackage();

  /** Whether the program is there. */
  final class Presence implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      NeedsProgram needed =
          AnnotationSupport.findAnnotation(context.getElement(), NeedsProgram.class).orElse(null);
      if (needed == null || ExternalProgram.find(needed.value()).isPresent()) {
        return enabled("nothing is missing");
      }
      return "true".equals(System.getenv("CI"))
          ? enabled("CI has to have " + needed.value())
          : disabled(
              "needs " + needed.value() + ": install Debian's package " + needed.debianPackage());
    }
  }
}

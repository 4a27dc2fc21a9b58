package dev.mcpsession.plan.observed;

import org.jspecify.annotations.Nullable;

/** The template of a session, as far as it decides whether backends can be made. */
public sealed interface ObservedTemplate {
  /** The session has a podTemplate of its own. */
  record NotUsed() implements ObservedTemplate {}

  /** Backends are made from it. */
  record Usable(String name) implements ObservedTemplate {}

  /** It is new or has changed, and it is not known yet whether Pods can be made from it. */
  record Unchecked(String name) implements ObservedTemplate {}

  /** No Pod can be made from it. */
  record Invalid(String name, String message) implements ObservedTemplate {}

  /** There is no template of this name. */
  record Missing(String name) implements ObservedTemplate {}

  /** Whether what only the template says is not known. */
  default boolean isMissing() {
    return this instanceof Missing;
  }

  /** Why no backend is made, for users; null if backends are made. */
  default @Nullable String obstacle() {
    return switch (this) {
      case NotUsed() -> null;
      case Usable(var name) -> null;
      case Unchecked(var name) -> "template " + name + " has not been checked yet";
      case Invalid(var name, var message) -> "template " + name + " is invalid: " + message;
      case Missing(var name) ->
          "there is no McpSessionTemplate "
              + name
              + " in this namespace: create it again, or"
              + " change spec.templateRef";
    };
  }
}

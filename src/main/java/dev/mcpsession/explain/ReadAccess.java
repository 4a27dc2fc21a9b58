package dev.mcpsession.explain;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an explanation contains besides the observation.
 *
 * @param podsReadable whether the session's Pods were; else their actions are left open
 * @param templateReadable whether the session's template was, or it has none; else all is left open
 *     that depends on it
 * @param notReadable what could not be read and what is assumed about it, as sentences
 * @param otherFinalizers those of other programs
 * @param serviceOwner who owns a Service of the session's name; null if it is the session, or there
 *     is none
 * @param template null without one, and if it is not readable
 */
public record ReadAccess(
    boolean podsReadable,
    boolean templateReadable,
    List<String> notReadable,
    List<String> otherFinalizers,
    @Nullable String serviceOwner,
    @Nullable TemplateUse template) {
  public ReadAccess {
    notReadable = List.copyOf(notReadable);
    otherFinalizers = List.copyOf(otherFinalizers);
  }
}

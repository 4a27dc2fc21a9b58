package dev.mcpsession.explain;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an explanation says beside the observation.
 *
 * @param podsReadable whether the session's Pods were; else what is done with them is left open
 * @param notReadable what could not be read and what is supposed of it, as sentences
 * @param otherFinalizers those of other programs
 * @param serviceOwner who has the name of the Service; null when it is ours or free
 */
public record ReadAccess(
    boolean podsReadable,
    List<String> notReadable,
    List<String> otherFinalizers,
    @Nullable String serviceOwner) {
  public ReadAccess {
    notReadable = List.copyOf(notReadable);
    otherFinalizers = List.copyOf(otherFinalizers);
  }
}

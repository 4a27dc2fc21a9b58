package dev.mcpsession.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;

/**
 * Resource versions of one resource type can be ordered (Kubernetes 1.35, KEP-5504; so JOSDK does,
 * too).
 *
 * @param number 0 for what is no number
 */
public record ResourceVersion(long number) {
  public static ResourceVersion of(HasMetadata object) {
    return of(object.getMetadata().getResourceVersion());
  }

  /** Of its text. */
  public static ResourceVersion of(String text) {
    try {
      return new ResourceVersion(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return new ResourceVersion(0);
    }
  }

  public boolean isAfter(ResourceVersion other) {
    return number > other.number;
  }
}

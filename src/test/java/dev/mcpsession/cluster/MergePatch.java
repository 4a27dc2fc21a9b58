package dev.mcpsession.cluster;

import io.fabric8.kubernetes.client.dsl.EditReplacePatchable;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;

/**
 * Changes objects that controllers write, too. The client's own {@code edit} sends the
 * resourceVersion that it read, and gets a 409 if a controller wrote in between.
 */
public final class MergePatch {
  private MergePatch() {}

  /**
   * Sends the patch, and returns the stored object.
   *
   * @param change a JSON merge patch (RFC 7396), written as YAML
   */
  public static <T> T apply(EditReplacePatchable<T> resource, String change) {
    return resource.patch(
        PatchContext.of(PatchType.JSON_MERGE), Serialization.asJson(Yaml.map(change)));
  }
}

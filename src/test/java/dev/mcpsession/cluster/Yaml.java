package dev.mcpsession.cluster;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;

/** YAML as tests write it, often a mapping in one line. */
public final class Yaml {
  private Yaml() {}

  /** Parses a document that is a mapping. */
  @SuppressWarnings("unchecked")
  public static Map<String, Object> map(String yaml) {
    // Text that begins with a brace would be read as JSON.
    return Serialization.unmarshal("---\n" + yaml, Map.class);
  }
}

package dev.mcpsession.resources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.EffectiveSpec;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.Names;
import dev.mcpsession.stored.StoredSession;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an earlier operator wrote on its Pods still says that they are what is asked for. */
class StoredInputsTest {
  static List<String> names() {
    return StoredSession.names();
  }

  static List<String> namesWithPod() {
    return names().stream().filter(name -> StoredSession.of(name).pod() != null).toList();
  }

  @ParameterizedTest
  @MethodSource("namesWithPod")
  void theHashOnAPodIsTheOneOfItsSession(String name) {
    StoredSession stored = StoredSession.of(name);
    Pod pod = Objects.requireNonNull(stored.pod());
    assertThat(hash(stored.session().getSpec()))
        .isEqualTo(pod.getMetadata().getAnnotations().get(Names.TEMPLATE_HASH));
  }

  @ParameterizedTest
  @MethodSource("names")
  void theHashIsTheSameWhetherTheDefaultsAreStoredOrAbsent(String name) {
    StoredSession stored = StoredSession.of(name);
    assertThat(hash(stored.written())).isEqualTo(hash(stored.session().getSpec()));
  }

  private static String hash(McpSessionSpec spec) {
    return Inputs.of(EffectiveSpec.of(spec), null, null).template();
  }
}

package dev.mcpsession.reconcile.cache;

import dev.mcpsession.api.EffectiveSpec;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionTemplate;
import dev.mcpsession.token.SourceSecret;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the caches hold. It may be stale, and never sends a request. */
public interface ClusterView {
  @Nullable McpSession session(String namespace, String name);

  /** The template of this name. */
  @Nullable McpSessionTemplate template(String namespace, String name);

  /** The template that a session names; null if it names none, or there is none of the name. */
  default @Nullable McpSessionTemplate template(McpSession session) {
    String name = session.getSpec().templateName();
    return name == null ? null : template(session.getMetadata().getNamespace(), name);
  }

  /** Every session whose token source, or whose template's, reads this Secret. */
  List<McpSession> readers(String namespace, String secret);

  /** Every session whose template is missing: nobody knows what its token source reads. */
  List<McpSession> withoutTemplate(String namespace);

  /** Every labelled Pod of a session of this name, whoever owns it. */
  List<Pod> pods(String namespace, String session);

  /** The labelled Service of this name, whoever owns it. */
  @Nullable Service service(String namespace, String name);

  /** What a session is, with what its template gives; its own spec while that is missing. */
  default McpSessionSpec spec(McpSession session) {
    McpSessionSpec own = session.getSpec();
    McpSessionTemplate template = template(session);
    return template == null
        ? EffectiveSpec.of(own)
        : EffectiveSpec.of(own, template.getSpec().session());
  }

  /** The Secrets labelled as token sources; null when they are not watched. */
  SourceSecret.@Nullable Lookup tokenSources();
}

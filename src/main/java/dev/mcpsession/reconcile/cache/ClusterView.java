package dev.mcpsession.reconcile.cache;

import dev.mcpsession.api.McpSession;
import dev.mcpsession.token.SourceSecret;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the caches hold. It may be stale, and never sends a request. */
public interface ClusterView {
  @Nullable McpSession session(String namespace, String name);

  /** Every session whose token source reads this Secret. */
  List<McpSession> readers(String namespace, String secret);

  /** Every labelled Pod of a session of this name, whoever owns it. */
  List<Pod> pods(String namespace, String session);

  /** The labelled Service of this name, whoever owns it. */
  @Nullable Service service(String namespace, String name);

  /** The Secrets labelled as token sources; null when they are not watched. */
  SourceSecret.@Nullable Lookup tokenSources();
}

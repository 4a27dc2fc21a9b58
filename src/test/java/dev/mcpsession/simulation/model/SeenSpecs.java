package dev.mcpsession.simulation.model;

import dev.mcpsession.api.EffectiveSpec;
import dev.mcpsession.api.McpSession;
import dev.mcpsession.api.McpSessionSpec;
import dev.mcpsession.api.McpSessionTemplate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one process of the operator read from its caches since its present reconcile began: its
 * decisions are based on that. A cache moves on meanwhile, so there may be several versions.
 */
public final class SeenSpecs {
  private final Map<String, List<McpSession>> sessions = new HashMap<>();
  private final Map<String, List<McpSessionTemplate>> templates = new HashMap<>();
  private final Set<String> missing = new HashSet<>();

  /** Also before the present reconcile: a session that is deleted keeps the template it had. */
  private final Map<String, List<McpSessionTemplate>> ever = new HashMap<>();

  /** A reconcile begins. */
  public void clear() {
    sessions.clear();
    templates.clear();
    missing.clear();
  }

  void session(McpSession session) {
    add(sessions, Truth.uid(session), session);
  }

  /**
   * A template was looked up.
   *
   * @param found null if there is none of the name
   */
  void template(String name, @Nullable McpSessionTemplate found) {
    if (found == null) {
      missing.add(name);
    } else {
      add(templates, name, found);
      add(ever, name, found);
    }
  }

  private static <T> void add(Map<String, List<T>> versions, String key, T version) {
    List<T> known = versions.computeIfAbsent(key, any -> new ArrayList<>());
    if (known.isEmpty() || known.getLast() != version) {
      known.add(version);
    }
  }

  /** The effective specs that a decision about this version of a session may be based on. */
  public List<McpSessionSpec> of(McpSession session) {
    McpSessionSpec own = session.getSpec();
    String name = own.templateName();
    if (name == null) {
      return List.of(EffectiveSpec.of(own));
    }
    List<McpSessionTemplate> found =
        (Truth.isLive(session) ? templates : ever).getOrDefault(name, List.of());
    Stream<McpSessionSpec> without =
        missing.contains(name)
            ? Stream.of(true, false).map(it -> EffectiveSpec.withoutTemplate(own, it, null))
            : Stream.of();
    return Stream.concat(
            found.stream().map(template -> EffectiveSpec.of(own, template.getSpec().session())),
            without)
        .toList();
  }

  /** Those that a decision about any version of this session may be based on. */
  public List<McpSessionSpec> ofAny(String uid) {
    return sessions.getOrDefault(uid, List.of()).stream()
        .flatMap(session -> of(session).stream())
        .toList();
  }

  /** Whether this version of a session names a template, and no cache showed that. */
  public boolean isWithoutTemplate(McpSession session) {
    String name = session.getSpec().templateName();
    return name != null && missing.contains(name) && !templates.containsKey(name);
  }

  /** Whether a session's own spec was seen with this image. */
  public boolean hasOwn(@Nullable String uid, String image) {
    return ofAny(String.valueOf(uid)).stream()
        .anyMatch(
            spec -> spec.podTemplate() != null && image.equals(Truth.image(spec.podTemplate())));
  }

  /** The images of the templates. */
  public List<String> images() {
    return templates.values().stream().flatMap(List::stream).map(Truth::image).toList();
  }
}

package dev.mcpsession.reconcile.memory;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sessions that wait for a place: one of each namespace in turn, within a namespace the one that
 * waits longest. Not thread-safe.
 */
final class SlotQueue {
  /** In the order of their turns; none is empty. */
  private final Map<String, Set<SessionEntry>> byNamespace = new LinkedHashMap<>();

  boolean isEmpty() {
    return byNamespace.isEmpty();
  }

  int size() {
    return byNamespace.values().stream().mapToInt(Set::size).sum();
  }

  boolean contains(SessionEntry session) {
    return ofNamespace(session).contains(session);
  }

  /** At the end of its namespace's line; one that waits already keeps its position. */
  void add(SessionEntry session) {
    byNamespace
        .computeIfAbsent(session.key().namespace(), none -> new LinkedHashSet<>())
        .add(session);
  }

  /** It does not wait any more, and got nothing: its namespace keeps its turn. */
  void remove(SessionEntry session) {
    Set<SessionEntry> line = byNamespace.get(session.key().namespace());
    if (line != null && line.remove(session) && line.isEmpty()) {
      byNamespace.remove(session.key().namespace());
    }
  }

  /** It got a place: every other namespace has its turn before this one again. */
  void served(SessionEntry session) {
    remove(session);
    String namespace = session.key().namespace();
    Set<SessionEntry> line = byNamespace.remove(namespace);
    if (line != null) {
      byNamespace.put(namespace, line);
    }
  }

  /** How many have their turn before this session, which may be one that does not wait yet. */
  int ahead(SessionEntry session) {
    int round = position(session);
    int ahead = round;
    boolean before = true;
    for (Map.Entry<String, Set<SessionEntry>> line : byNamespace.entrySet()) {
      if (line.getKey().equals(session.key().namespace())) {
        before = false;
      } else {
        ahead += Math.min(line.getValue().size(), before ? round + 1 : round);
      }
    }
    return ahead;
  }

  /** Number of sessions of its own namespace that are before it. */
  private int position(SessionEntry session) {
    int position = 0;
    for (SessionEntry other : ofNamespace(session)) {
      if (other == session) {
        break;
      }
      position++;
    }
    return position;
  }

  /** Those that have their turn first, in order. */
  List<SessionEntry> first(int count) {
    List<Iterator<SessionEntry>> lines =
        new ArrayList<>(byNamespace.values().stream().map(Set::iterator).toList());
    List<SessionEntry> first = new ArrayList<>();
    while (first.size() < count && !lines.isEmpty()) {
      for (Iterator<Iterator<SessionEntry>> turn = lines.iterator();
          turn.hasNext() && first.size() < count; ) {
        Iterator<SessionEntry> line = turn.next();
        if (line.hasNext()) {
          first.add(line.next());
        } else {
          turn.remove();
        }
      }
    }
    return first;
  }

  private Set<SessionEntry> ofNamespace(SessionEntry session) {
    return byNamespace.getOrDefault(session.key().namespace(), Set.of());
  }
}

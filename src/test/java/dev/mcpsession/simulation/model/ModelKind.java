package dev.mcpsession.simulation.model;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * All objects of one kind, and every change to them in order, as a watch reports it. What is stored
 * is never changed in place, so caches may share it.
 */
public final class ModelKind<T extends HasMetadata> {
  /**
   * One event of a watch.
   *
   * @param object null for a deletion
   */
  record Change<T>(String name, @Nullable T object) {}

  private final Map<String, T> stored = new TreeMap<>();
  private final List<Change<T>> journal = new ArrayList<>();
  private final UnaryOperator<T> copier;
  private final LongSupplier versions;

  ModelKind(UnaryOperator<T> copier, LongSupplier versions) {
    this.copier = copier;
    this.versions = versions;
  }

  /** As stored: not to be changed. */
  public @Nullable T find(String name) {
    return stored.get(name);
  }

  /** A copy that the caller may change. */
  public @Nullable T read(String name) {
    T object = stored.get(name);
    return object == null ? null : copier.apply(object);
  }

  public List<T> all() {
    return new ArrayList<>(stored.values());
  }

  /** Stores a copy under a new resourceVersion. */
  T put(T object) {
    T copy = copier.apply(object);
    copy.getMetadata().setResourceVersion(Long.toString(versions.getAsLong()));
    stored.put(copy.getMetadata().getName(), copy);
    journal.add(new Change<>(copy.getMetadata().getName(), copy));
    return copier.apply(copy);
  }

  public void edit(T object, Consumer<T> change) {
    T copy = copier.apply(object);
    change.accept(copy);
    put(copy);
  }

  public void remove(String name) {
    stored.remove(name);
    journal.add(new Change<>(name, null));
  }

  List<Change<T>> journal() {
    return journal;
  }
}

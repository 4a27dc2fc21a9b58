package dev.mcpsession.simulation.model;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One kind in one operator's informers: it lags, but sees every change in order. */
public final class ModelCache<T extends HasMetadata> {
  /** Null before: added; null after: deleted. */
  public record Delivery<T>(@Nullable T before, @Nullable T after) {}

  private static final int UNLISTED = -1;

  private final ModelKind<T> kind;
  private final Predicate<T> selector;
  private final Map<String, T> shown = new TreeMap<>();
  private int position = UNLISTED;

  ModelCache(ModelKind<T> kind, Predicate<T> selector) {
    this.kind = kind;
    this.selector = selector;
  }

  boolean isListed() {
    return position != UNLISTED;
  }

  public boolean isBehind() {
    return position < kind.journal().size();
  }

  public @Nullable T get(String name) {
    return shown.get(name);
  }

  public List<T> all() {
    return new ArrayList<>(shown.values());
  }

  /** The next change; or the list, if there is none yet. */
  public List<Delivery<T>> next() {
    if (!isListed()) {
      return list();
    }
    ModelKind.Change<T> change = kind.journal().get(position++);
    return show(change.name(), change.object());
  }

  /**
   * Lists, as after a broken watch: shows only what exists now, so a deletion and a re-creation
   * look like one update.
   */
  public List<Delivery<T>> list() {
    List<Delivery<T>> deliveries = new ArrayList<>();
    TreeSet<String> names = new TreeSet<>(shown.keySet());
    kind.all().forEach(object -> names.add(object.getMetadata().getName()));
    names.forEach(name -> deliveries.addAll(show(name, kind.find(name))));
    position = kind.journal().size();
    return deliveries;
  }

  private List<Delivery<T>> show(String name, @Nullable T object) {
    T after = object != null && selector.test(object) ? object : null;
    T before = after == null ? shown.remove(name) : shown.put(name, after);
    boolean same =
        before == after
            || (before != null
                && after != null
                && before
                    .getMetadata()
                    .getResourceVersion()
                    .equals(after.getMetadata().getResourceVersion()));
    return same ? List.of() : List.of(new Delivery<>(before, after));
  }
}

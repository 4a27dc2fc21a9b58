package dev.mcpsession.gateway.kubernetes;

import dev.mcpsession.kube.ApiErrors;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the API server has of one kind, in all namespaces or in some. It tries for ever: an API
 * server that is away, a definition that is not installed and a right that is missing only delay
 * it.
 *
 * @param <T> the kind
 */
public final class ResourceCache<T extends HasMetadata> implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ResourceCache.class);
  private static final String ALL = "";

  /** Is told of each change, one at a time, after the cache shows it; must return at once. */
  public interface Listener<T> {
    /**
     * One object was made, changed or deleted.
     *
     * @param before null: it was made
     * @param now null: it was deleted
     */
    void changed(@Nullable T before, @Nullable T now);
  }

  /**
   * Which objects of a kind.
   *
   * @param labels that they all have
   * @param fields that they all have, such as metadata.name
   */
  public record Selection(Map<String, String> labels, Map<String, String> fields) {
    static final Selection ALL = new Selection(Map.of(), Map.of());

    public Selection {
      labels = Map.copyOf(labels);
      fields = Map.copyOf(fields);
    }

    /** Those with a label of this value. */
    public static Selection labelled(String label, String value) {
      return new Selection(Map.of(label, value), Map.of());
    }

    /** The one of this name. */
    public static Selection named(String name) {
      return new Selection(Map.of(), Map.of("metadata.name", name));
    }
  }

  private final String plural;
  private final Map<String, SharedIndexInformer<T>> informers;
  private final List<Listener<T>> listeners;
  private volatile String trouble = "";

  /** Of all objects; otherwise as the other constructor. */
  public ResourceCache(
      KubernetesClient client,
      Class<T> type,
      Set<String> namespaces,
      UnaryOperator<T> trim,
      Map<String, Function<T, List<String>>> indexers,
      List<Listener<T>> listeners) {
    this(client, type, namespaces, Selection.ALL, trim, indexers, listeners);
  }

  /**
   * Starts nothing yet.
   *
   * @param namespaces empty: all
   * @param trim what is kept of an object; may change the one that it is given
   * @param indexers of objects, by name
   */
  public ResourceCache(
      KubernetesClient client,
      Class<T> type,
      Set<String> namespaces,
      Selection selection,
      UnaryOperator<T> trim,
      Map<String, Function<T, List<String>>> indexers,
      List<Listener<T>> listeners) {
    plural = HasMetadata.getPlural(type);
    this.listeners = List.copyOf(listeners);
    informers =
        (namespaces.isEmpty() ? Stream.of(ALL) : namespaces.stream())
            .collect(
                Collectors.toUnmodifiableMap(
                    namespace -> namespace,
                    namespace -> informer(client, type, namespace, selection, trim, indexers)));
  }

  private SharedIndexInformer<T> informer(
      KubernetesClient client,
      Class<T> type,
      String namespace,
      Selection selection,
      UnaryOperator<T> trim,
      Map<String, Function<T, List<String>>> indexers) {
    var resources = client.resources(type);
    var there =
        namespace.equals(ALL) ? resources.inAnyNamespace() : resources.inNamespace(namespace);
    return there
        .withLabels(selection.labels())
        .withFields(selection.fields())
        .runnableInformer(0)
        .itemStore(new TrimmedStore<>(trim))
        .addIndexers(indexers)
        .exceptionHandler(this::retry)
        .addEventHandler(new Handler());
  }

  /** Begins to fill; returns at once. */
  public void start() {
    informers.values().forEach(informer -> informer.start());
  }

  /** The object of this name; null: there is none, or it was not read yet. */
  public @Nullable T get(String namespace, String name) {
    SharedIndexInformer<T> all = informers.get(ALL);
    SharedIndexInformer<T> informer = all == null ? informers.get(namespace) : all;
    return informer == null ? null : informer.getStore().getByKey(namespace + "/" + name);
  }

  /** All that was read, in any order. */
  List<T> all() {
    List<T> all = new ArrayList<>();
    informers.values().forEach(informer -> all.addAll(informer.getStore().list()));
    return all;
  }

  /** The objects that an indexer of the constructor gave this value. */
  List<T> byIndex(String index, String value) {
    List<T> found = new ArrayList<>();
    informers
        .values()
        .forEach(informer -> found.addAll(informer.getIndexer().byIndex(index, value)));
    return found;
  }

  /** Whether all that there was at the start has been read. */
  public boolean isSynced() {
    return informers.values().stream().allMatch(SharedIndexInformer::hasSynced);
  }

  /** What was not read yet, and why if that is known; for people. */
  public List<String> missing() {
    return informers.entrySet().stream()
        .filter(it -> !it.getValue().hasSynced())
        .map(
            it ->
                plural
                    + (it.getKey().equals(ALL) ? "" : " of namespace " + it.getKey())
                    + (trouble.isEmpty() ? "" : " (" + trouble + ")"))
        .sorted()
        .toList();
  }

  private boolean retry(boolean started, Throwable failure) {
    String reason = ApiErrors.reason(failure);
    if (!reason.equals(trouble)) {
      trouble = reason;
      log.warn("The {} cannot be watched: {}. Tried again", plural, reason);
    } else {
      log.debug("Watch of {}", plural, failure);
    }
    return true;
  }

  /** Stops watching; what was read stays. */
  @Override
  public void close() {
    informers.values().forEach(SharedIndexInformer::stop);
  }

  /** Keeps what the gateway reads. */
  private static final class TrimmedStore<T extends HasMetadata> extends BasicItemStore<T> {
    private final UnaryOperator<T> trim;

    TrimmedStore(UnaryOperator<T> trim) {
      super(Cache::metaNamespaceKeyFunc);
      this.trim = trim;
    }

    @Override
    public @Nullable T put(String key, T object) {
      return super.put(key, trim.apply(object));
    }
  }

  private final class Handler implements ResourceEventHandler<T> {
    @Override
    public void onAdd(T object) {
      tell(null, object);
    }

    @Override
    public void onUpdate(T before, T object) {
      tell(before, object);
    }

    @Override
    public void onDelete(T object, boolean finalStateUnknown) {
      tell(object, null);
    }

    private void tell(@Nullable T before, @Nullable T now) {
      for (Listener<T> listener : listeners) {
        listener.changed(before, now);
      }
    }
  }
}

package dev.mcpsession.kube;

import io.fabric8.kubernetes.api.model.NamedCluster;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the cluster like kubectl: the given file, $KUBECONFIG, ~/.kube/config, the Pod's
 * ServiceAccount.
 */
public final class Kubeconfig {
  private Kubeconfig() {}

  /** No kubeconfig is usable; the message says why, human-readable. */
  public static final class UnusableException extends Exception {
    UnusableException(String message) {
      super(message);
    }
  }

  /**
   * The cluster and the credentials.
   *
   * @param file null: not given
   * @param context of the file; null: the current one
   * @param inCluster whether this process runs in a Pod
   */
  public static Config find(@Nullable Path file, @Nullable String context, boolean inCluster)
      throws UnusableException {
    return file == null ? discover(context, inCluster) : read(file, context);
  }

  private static Config read(Path file, @Nullable String context) throws UnusableException {
    if (!Files.exists(file)) {
      throw new UnusableException("--kubeconfig: there is no file " + file);
    }
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new UnusableException("--kubeconfig: " + file + " is not a readable file");
    }
    try {
      return withContext(
          proxied(Config.fromKubeconfig(context, file.toFile()), List.of(file)),
          context,
          "--kubeconfig: " + file);
    } catch (RuntimeException e) { // from the client or the YAML parser; may quote the file
      throw new UnusableException("--kubeconfig: " + file + " is not a kubeconfig");
    }
  }

  private static Config discover(@Nullable String context, boolean inCluster)
      throws UnusableException {
    List<Path> files =
        Config.getKubeconfigFilenames().stream()
            .map(Path::of)
            .filter(Files::isRegularFile)
            .toList();
    if (files.isEmpty() && !inCluster) {
      throw new UnusableException(
          "No cluster to work for: --kubeconfig is not given, this is no Pod, and there is no "
              + String.join(", no ", Config.getKubeconfigFilenames()));
    }
    try {
      Config config = proxied(Config.autoConfigure(context), files);
      return files.isEmpty() && context == null
          ? config
          : withContext(config, context, files.isEmpty() ? "This Pod" : join(files));
    } catch (RuntimeException e) {
      throw new UnusableException("Not a kubeconfig among " + files);
    }
  }

  /**
   * Undoes what the client takes from HTTPS_PROXY and the like, which are meant for authorization
   * servers: the API server is reached through a proxy only if the kubeconfig names one
   * (proxy-url).
   */
  private static Config proxied(Config config, List<Path> files) {
    NamedContext context = config.getCurrentContext();
    String cluster = context == null ? null : context.getContext().getCluster();
    String proxy =
        files.stream()
            .flatMap(Kubeconfig::clusters)
            .filter(named -> Objects.equals(named.getName(), cluster) && named.getCluster() != null)
            .flatMap(named -> Stream.ofNullable(named.getCluster().getProxyUrl()))
            .findFirst()
            .orElse(null);
    config.setHttpsProxy(proxy);
    config.setHttpProxy(proxy);
    config.setNoProxy(null);
    config.setProxyUsername(null);
    config.setProxyPassword(null);
    return config;
  }

  private static Stream<NamedCluster> clusters(Path file) {
    try {
      return Serialization.unmarshal(
          Files.readString(file), io.fabric8.kubernetes.api.model.Config.class)
          .getClusters()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String join(List<Path> files) {
    return files.stream().map(Path::toString).collect(Collectors.joining(", "));
  }

  private static Config withContext(Config config, @Nullable String context, String file)
      throws UnusableException {
    List<String> names = config.getContexts().stream().map(NamedContext::getName).toList();
    if (context != null && !names.contains(context)) {
      throw new UnusableException(
          file + " has no context " + context + "; there is: " + String.join(", ", names));
    }
    if (config.getCurrentContext() == null) {
      throw new UnusableException(
          file + " has no current context; choose one with: kubectl config use-context NAME");
    }
    return config;
  }
}

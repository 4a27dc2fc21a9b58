package dev.mcpsession.kube;

import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
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
          Config.fromKubeconfig(context, file.toFile()), context, "--kubeconfig: " + file);
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
      Config config = Config.autoConfigure(context);
      return files.isEmpty() && context == null
          ? config
          : withContext(config, context, files.isEmpty() ? "This Pod" : join(files));
    } catch (RuntimeException e) {
      throw new UnusableException("Not a kubeconfig among " + files);
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

package dev.mcpsession.kube;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.HttpURLConnection;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Notices reads and watches that are refused for lack of a permission (403). An informer only tries
 * again, so nobody else would learn that its cache has grown old.
 */
public final class RefusedReads implements Interceptor {
  private static final Pattern NAMESPACE = Pattern.compile("/namespaces/([^/]+)/");

  private final Consumer<Optional<String>> refused;

  /**
   * @param refused called with the namespace, or with nothing if the request named none; it must
   *     return at once
   */
  public RefusedReads(Consumer<Optional<String>> refused) {
    this.refused = refused;
  }

  @Override
  public void after(
      HttpRequest request,
      HttpResponse<?> response,
      AsyncBody.@Nullable Consumer<List<ByteBuffer>> consumer) {
    if (response.code() == HttpURLConnection.HTTP_FORBIDDEN && "GET".equals(request.method())) {
      Matcher namespace = NAMESPACE.matcher(request.uri().getPath());
      refused.accept(namespace.find() ? Optional.of(namespace.group(1)) : Optional.empty());
    }
  }
}

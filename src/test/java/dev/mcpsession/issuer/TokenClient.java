package dev.mcpsession.issuer;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Asks an issuer by hand, without the libraries of the code under test. Sends every request once.
 *
 * @param id of the client, which proves itself in a header
 */
public record TokenClient(HttpClient http, String id, String secret) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** As the client that an issuer knows. */
  public static TokenClient of(Issuer issuer) {
    return new TokenClient(newHttp(), issuer.clientId(), issuer.clientSecret());
  }

  public static HttpClient newHttp() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(TIMEOUT)
        .build();
  }

  /** The same client with another secret. */
  public TokenClient withSecret(String other) {
    return new TokenClient(http, id, other);
  }

  public TokenAnswer refresh(String endpoint, String refreshToken) {
    return post(endpoint, Map.of("grant_type", "refresh_token", "refresh_token", refreshToken));
  }

  public TokenAnswer post(String endpoint, Map<String, String> form) {
    String basic = Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(UTF_8));
    return send(
        HttpRequest.newBuilder(URI.create(endpoint))
            .header("Authorization", "Basic " + basic)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(encode(form))));
  }

  public TokenAnswer send(HttpRequest.Builder request) {
    try {
      var answer = http.send(request.timeout(TIMEOUT).build(), BodyHandlers.ofString());
      return new TokenAnswer(answer.statusCode(), parse(answer.body()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode parse(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  private static String encode(Map<String, String> form) {
    return form.entrySet().stream()
        .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), UTF_8))
        .collect(Collectors.joining("&"));
  }
}

package dev.mcpsession.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * An MCP client's side of OAuth, one step at a time, so that a test can come between two of them. A
 * public client that registered itself; nobody listens at its redirect URI.
 */
public final class PlainOAuthClient {
  /** Where the user comes back to. */
  public static final String REDIRECT_URI = "http://127.0.0.1:9/callback";

  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  private URI base;
  private final String resource;
  private final CodeVerifier verifier = new CodeVerifier();
  private final State state = new State();
  private final Map<String, String> secrets = new LinkedHashMap<>();
  private String clientId = "";
  private Tokens tokens = new Tokens("", "");

  /** Of the newest answer that had some. */
  public record Tokens(String access, String refresh) {
    @Override
    public String toString() {
      return "Tokens[...]";
    }
  }

  /** What came back: for a good answer the body is JSON. */
  public record Answer(int status, JsonNode body) {
    /** The code of the error, empty if there is none. */
    public String error() {
      return body.path("error").asText();
    }
  }

  /**
   * @param base of the authorization server, or of one replica of it
   * @param resource the URL of the MCP server
   */
  public PlainOAuthClient(URI base, String resource) {
    this.base = base;
    this.resource = resource;
    secrets.put("the verifier", verifier.getValue());
    secrets.put("the state", state.getValue());
  }

  /**
   * Goes on there.
   *
   * @param replica the base URL of another way to the same authorization server
   */
  public PlainOAuthClient at(URI replica) {
    base = replica;
    return this;
  }

  /** Registers itself (RFC 7591). */
  public void register() {
    HttpRequest request =
        request(base.resolve("/oauth/register"))
            .header("Content-Type", "application/json")
            .POST(
                BodyPublishers.ofString(
                    """
                    {"client_name": "Plain", "redirect_uris": ["%s"],
                     "token_endpoint_auth_method": "none"}
                    """
                        .formatted(REDIRECT_URI)))
            .build();
    Answer answer = send(request);
    if (answer.status() != 201) {
      throw new AssertionError("The client was not registered: " + answer);
    }
    clientId = answer.body().path("client_id").asText();
  }

  /** As which it is registered. */
  public String clientId() {
    return clientId;
  }

  /** Where the user's browser is to go. */
  public String authorizationUrl() {
    return base.resolve("/oauth/authorize")
        + "?"
        + encode(
            Map.of(
                "response_type",
                "code",
                "client_id",
                clientId,
                "redirect_uri",
                REDIRECT_URI,
                "state",
                state.getValue(),
                "code_challenge",
                CodeChallenge.compute(CodeChallengeMethod.S256, verifier).getValue(),
                "code_challenge_method",
                "S256",
                "resource",
                resource));
  }

  /** The parameters that the user brought back. */
  public Map<String, String> brought(String redirected) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String pair : URI.create(redirected).getRawQuery().split("&", -1)) {
      String[] parts = pair.split("=", 2);
      parameters.put(URLDecoder.decode(parts[0], UTF_8), URLDecoder.decode(parts[1], UTF_8));
    }
    return parameters;
  }

  /**
   * Exchanges the code for tokens.
   *
   * @param redirected the URL by which the user came back
   */
  public Answer exchange(String redirected) {
    Map<String, String> brought = brought(redirected);
    if (!state.getValue().equals(brought.get("state")) || !brought.containsKey("code")) {
      throw new AssertionError("There is no code for this client in " + brought.keySet());
    }
    String code = brought.get("code");
    secrets.put("a code", code);
    return tokens(
        Map.of(
            "grant_type",
            "authorization_code",
            "code",
            code,
            "redirect_uri",
            REDIRECT_URI,
            "code_verifier",
            verifier.getValue(),
            "client_id",
            clientId,
            "resource",
            resource));
  }

  /** Exchanges the refresh token for new tokens. */
  public Answer refresh() {
    return tokens(
        Map.of(
            "grant_type",
            "refresh_token",
            "refresh_token",
            tokens.refresh(),
            "client_id",
            clientId,
            "resource",
            resource));
  }

  /** Signs out (RFC 7009). */
  public Answer revoke() {
    return post("/oauth/revoke", Map.of("token", tokens.refresh(), "client_id", clientId));
  }

  /** Of the newest answer that had some. */
  public Tokens tokens() {
    return tokens;
  }

  /** All that must never be found in a log, each with what it is. */
  public List<Map.Entry<String, String>> secrets() {
    return new ArrayList<>(secrets.entrySet());
  }

  private Answer tokens(Map<String, String> form) {
    Answer answer = post("/oauth/token", form);
    if (answer.status() == 200) {
      tokens =
          new Tokens(
              answer.body().path("access_token").asText(),
              answer.body().path("refresh_token").asText());
      secrets.put("access token " + secrets.size(), tokens.access());
      secrets.put("refresh token " + secrets.size(), tokens.refresh());
    }
    return answer;
  }

  private Answer post(String path, Map<String, String> form) {
    return send(
        request(base.resolve(path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(encode(form)))
            .build());
  }

  private static HttpRequest.Builder request(URI uri) {
    return HttpRequest.newBuilder(uri).timeout(TIMEOUT);
  }

  /** By a connection of its own, so that a replica that ended meanwhile is no matter. */
  private static Answer send(HttpRequest request) {
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      return new Answer(answer.statusCode(), JSON.readTree(answer.body()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String encode(Map<String, String> form) {
    return form.entrySet().stream()
        .map(it -> it.getKey() + "=" + URLEncoder.encode(it.getValue(), UTF_8))
        .collect(Collectors.joining("&"));
  }
}

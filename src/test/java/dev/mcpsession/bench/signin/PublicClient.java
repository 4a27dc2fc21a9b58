package dev.mcpsession.bench.signin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import dev.mcpsession.browser.HttpPerson;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A client without a secret, with PKCE, of any authorization server. All of its users' browsers and
 * itself share connections, so that what is measured is the server.
 *
 * @param server which one, and as whom
 */
record PublicClient(HttpClient http, Server server) {
  /** Nobody listens there. */
  static final String REDIRECT_URI = "http://127.0.0.1:9/callback";

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * An authorization server.
   *
   * @param more parameters of each request that it wants
   */
  record Server(
      URI authorizationEndpoint, URI tokenEndpoint, String clientId, Map<String, String> more) {}

  /** What a sign-in or a refresh gave. */
  record Tokens(String access, String refresh) {
    @Override
    public String toString() {
      return "Tokens[...]";
    }
  }

  /** Without a cookie. */
  HttpPerson newBrowser() {
    return new HttpPerson(http);
  }

  /** From the request for authorization to the tokens. */
  Tokens signIn(HttpPerson browser, String user) throws IOException, InterruptedException {
    CodeVerifier verifier = new CodeVerifier();
    String state = new State().getValue();
    String authorizationUrl =
        server.authorizationEndpoint()
            + "?"
            + encoded(
                Map.of(
                    "response_type",
                    "code",
                    "redirect_uri",
                    REDIRECT_URI,
                    "scope",
                    "openid",
                    "state",
                    state,
                    "code_challenge",
                    CodeChallenge.compute(CodeChallengeMethod.S256, verifier).getValue(),
                    "code_challenge_method",
                    "S256"));
    Map<String, String> back = query(browser.signIn(authorizationUrl, user, REDIRECT_URI));
    if (!state.equals(back.get("state")) || !back.containsKey("code")) {
      throw new IllegalStateException(
          user + " came back without a code: " + back.getOrDefault("error", "no error either"));
    }
    return tokens(
        Map.of(
            "grant_type",
            "authorization_code",
            "code",
            back.get("code"),
            "redirect_uri",
            REDIRECT_URI,
            "code_verifier",
            verifier.getValue()));
  }

  Tokens refresh(Tokens before) throws IOException, InterruptedException {
    return tokens(Map.of("grant_type", "refresh_token", "refresh_token", before.refresh()));
  }

  private Tokens tokens(Map<String, String> form) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(server.tokenEndpoint())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(encoded(form)))
                .build(),
            BodyHandlers.ofString());
    JsonNode body = JSON.readTree(answer.body());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(
          server.tokenEndpoint() + " answered " + answer.statusCode() + ": " + body.path("error"));
    }
    return new Tokens(body.path("access_token").asText(), body.path("refresh_token").asText());
  }

  private String encoded(Map<String, String> parameters) {
    Map<String, String> all = new HashMap<>(server.more());
    all.put("client_id", server.clientId());
    all.putAll(parameters);
    return all.entrySet().stream()
        .map(it -> it.getKey() + "=" + URLEncoder.encode(it.getValue(), UTF_8))
        .collect(Collectors.joining("&"));
  }

  private static Map<String, String> query(String url) {
    return Stream.of(URI.create(url).getRawQuery().split("&", -1))
        .map(pair -> pair.split("=", 2))
        .collect(
            Collectors.toMap(
                parts -> parts[0], parts -> URLDecoder.decode(parts[1], UTF_8), (a, b) -> a));
  }
}

package dev.mcpsession.signin.http;

import static dev.mcpsession.signin.http.TestBrowser.consent;
import static dev.mcpsession.signin.http.TestBrowser.parameter;
import static dev.mcpsession.signin.http.TestBrowser.target;
import static dev.mcpsession.signin.http.TestBrowser.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mcpsession.gateway.site.SiteAnswer;
import dev.mcpsession.gateway.site.SiteRequest;
import dev.mcpsession.signin.web.SignInPaths;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** An MCP client of the site, step by step, so that each can be tampered with. */
final class SiteClient {
  static final String REDIRECT = "http://127.0.0.1:5000/callback";
  static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

  private static final ObjectMapper JSON = new ObjectMapper();

  final String id;

  SiteClient(String id) {
    this.id = id;
  }

  /** One that has registered itself under a name that nobody checks. */
  static SiteClient registered(SignInSite site, String name) {
    SiteAnswer answer =
        site.answer(
                new SiteRequest(
                    "POST",
                    SignInPaths.REGISTER,
                    "",
                    Map.of("content-type", List.of("application/json")),
                    metadata(name)))
            .toCompletableFuture()
            .join();
    return new SiteClient(json(answer).path("client_id").asText());
  }

  /** What it registers with. */
  static byte[] metadata(String name) {
    try {
      return JSON.writeValueAsBytes(
          Map.of("client_name", name, "redirect_uris", List.of("http://127.0.0.1/callback")));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  static JsonNode json(SiteAnswer answer) {
    try {
      return JSON.readTree(text(answer));
    } catch (JsonProcessingException e) {
      throw new AssertionError(text(answer), e);
    }
  }

  /** Its request for authorization. */
  Map<String, String> request(String resource) {
    Map<String, String> request = new LinkedHashMap<>();
    request.put("client_id", id);
    request.put("redirect_uri", REDIRECT);
    request.put("response_type", "code");
    request.put("code_challenge", CHALLENGE);
    request.put("code_challenge_method", "S256");
    request.put("state", "the-client's");
    request.put("resource", resource);
    return request;
  }

  /** Where the browser is sent once its user has allowed it, now or before. */
  String allowed(TestBrowser browser, String resource) {
    SiteAnswer asked = browser.get(SignInPaths.AUTHORIZE, pairs(request(resource)));
    return target(
        asked.status() == 200
            ? browser.post(SignInPaths.AUTHORIZE, "request", consent(asked), "decision", "allow")
            : asked);
  }

  /** The code that it gets for a user of the provider. */
  String code(TestBrowser browser, String resource, String usersCode) {
    String state = parameter(allowed(browser, resource), "state").orElseThrow();
    SiteAnswer back = browser.get(SignInPaths.CALLBACK, "state", state, "code", usersCode);
    return parameter(target(back), "code").orElseThrow();
  }

  /** Its exchange of a code. */
  Map<String, String> exchange(String code, String resource) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "authorization_code");
    form.put("client_id", id);
    form.put("code", code);
    form.put("redirect_uri", REDIRECT);
    form.put("code_verifier", VERIFIER);
    form.put("resource", resource);
    return form;
  }

  /** Its exchange of a refresh token. */
  Map<String, String> refresh(String refreshToken) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "refresh_token");
    form.put("client_id", id);
    form.put("refresh_token", refreshToken);
    return form;
  }

  /** Anybody's request for tokens. */
  static SiteAnswer tokens(SignInSite site, Map<String, String> form) {
    return new TestBrowser(site).post(SignInPaths.TOKEN, pairs(form));
  }

  /** Names and values in turn. */
  static String[] pairs(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .flatMap(it -> Stream.of(it.getKey(), it.getValue()))
        .toArray(String[]::new);
  }

  /** The same with one of them otherwise; null: without it. */
  static Map<String, String> with(Map<String, String> parameters, String name, String value) {
    Map<String, String> changed = new LinkedHashMap<>(parameters);
    if (value == null) {
      changed.remove(name);
    } else {
      changed.put(name, value);
    }
    return changed;
  }
}

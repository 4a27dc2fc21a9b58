package dev.mcpsession.issuer;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.extension.ResponseDefinitionTransformerV2;
import com.github.tomakehurst.wiremock.http.QueryParameter;
import com.github.tomakehurst.wiremock.http.Request;
import com.github.tomakehurst.wiremock.http.RequestMethod;
import com.github.tomakehurst.wiremock.http.ResponseDefinition;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import java.util.LinkedHashMap;
import java.util.Map;

/** What people see of Forgejo, where they sign in and consent on one page; and the user info. */
final class ForgejoPages implements ResponseDefinitionTransformerV2 {
  static final String NAME = "forgejo-pages";
  static final String AUTHORIZE = "/login/oauth/authorize";
  static final String USER_INFO = "/login/oauth/userinfo";

  /** Posts to its own URL, so that the query stays. */
  private static final String PAGE =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head><meta charset="utf-8"><title>Authorize - Forgejo</title></head>
      <body>
      <h1>Authorize an application to access your account?</h1>
      <form method="post">
      <p><label>Username <input name="user_name" autocomplete="username" required></label></p>
      <p>
      <button name="decision" value="allow">Allow</button>
      <button name="decision" value="deny" formnovalidate>Deny</button>
      </p>
      </form>
      </body>
      </html>
      """;

  private final String clientId;
  private final ForgejoPeople people;
  private final ForgejoGrants grants;
  private volatile boolean away;
  private volatile boolean denies;

  ForgejoPages(String clientId, ForgejoPeople people, ForgejoGrants grants) {
    this.clientId = clientId;
    this.people = people;
    this.grants = grants;
  }

  void setAway(boolean away) {
    this.away = away;
  }

  void setDenies(boolean denies) {
    this.denies = denies;
  }

  @Override
  public String getName() {
    return NAME;
  }

  @Override
  public boolean applyGlobally() {
    return false;
  }

  @Override
  public ResponseDefinition transform(ServeEvent event) {
    Request request = event.getRequest();
    ResponseDefinitionBuilder answer =
        away
            ? page(503, "<!DOCTYPE html><title>Away</title><p>503")
            : request.getUrl().startsWith(AUTHORIZE) ? authorize(request) : userInfo(request);
    return answer.withHeader("Cache-Control", "no-store").build();
  }

  private ResponseDefinitionBuilder authorize(Request request) {
    String redirectUri = parameter(request, "redirect_uri");
    if (!parameter(request, "client_id").equals(clientId)) {
      return problem("Client ID is not registered");
    }
    if (!people.isRegistered(redirectUri)) {
      return problem("Unregistered Redirect URI");
    }
    if (!parameter(request, "response_type").equals("code")) {
      return back(request, Map.of("error", "unsupported_response_type"));
    }
    if (!parameter(request, "code_challenge_method").equals("S256")
        || parameter(request, "code_challenge").length() != 43) {
      return back(
          request,
          Map.of("error", "invalid_request", "error_description", "PKCE is required, with S256"));
    }
    if (!request.getMethod().equals(RequestMethod.POST)) {
      return page(200, PAGE);
    }
    ForgejoRequest form = ForgejoRequest.of(request);
    String user = form.parameter("user_name");
    if (denies || !form.parameter("decision").equals("allow")) {
      return back(
          request, Map.of("error", "access_denied", "error_description", "the request is denied"));
    }
    return user.isBlank()
        ? page(200, PAGE)
        : back(
            request,
            Map.of(
                "code", people.consented(user, redirectUri, parameter(request, "code_challenge"))));
  }

  private ResponseDefinitionBuilder userInfo(Request request) {
    String authorization = String.valueOf(request.getHeader("Authorization"));
    String user =
        authorization.startsWith("Bearer ") ? grants.userOf(authorization.substring(7)) : "";
    return user.isEmpty()
        ? new ResponseDefinitionBuilder()
            .withStatus(401)
            .withHeader("WWW-Authenticate", "Bearer realm=\"Forgejo OAuth2\"")
        : new ResponseDefinitionBuilder()
            .withHeader("Content-Type", "application/json;charset=utf-8")
            .withBody(people.userInfo(user).toString());
  }

  private static ResponseDefinitionBuilder back(Request request, Map<String, String> parameters) {
    Map<String, String> all = new LinkedHashMap<>(parameters);
    all.put("state", parameter(request, "state"));
    return new ResponseDefinitionBuilder()
        .withStatus(303)
        .withHeader("Location", ForgejoPeople.back(parameter(request, "redirect_uri"), all));
  }

  private static ResponseDefinitionBuilder problem(String words) {
    return page(400, "<!DOCTYPE html><title>Authorization failed</title><p>" + words);
  }

  private static ResponseDefinitionBuilder page(int status, String html) {
    return new ResponseDefinitionBuilder()
        .withStatus(status)
        .withHeader("Content-Type", "text/html; charset=utf-8")
        .withBody(html);
  }

  private static String parameter(Request request, String name) {
    QueryParameter parameter = request.queryParameter(name);
    return parameter.isPresent() ? parameter.firstValue() : "";
  }
}

package dev.mcpsession.issuer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.extension.ResponseDefinitionTransformerV2;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.http.ResponseDefinition;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The token endpoint: reads a request, makes it go well or wrong, and notes it. */
final class ForgejoEndpoint implements ResponseDefinitionTransformerV2 {
  static final String NAME = "forgejo";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String clientId;
  private final String clientSecret;
  private final ForgejoPeople people;
  private final ForgejoGrants grants;
  private final IssuerFaults faults;
  private final List<IssuerCall> calls = new CopyOnWriteArrayList<>();
  private final AtomicInteger refused = new AtomicInteger();

  ForgejoEndpoint(
      String clientId,
      String clientSecret,
      ForgejoPeople people,
      ForgejoGrants grants,
      IssuerFaults faults) {
    this.people = people;
    this.clientId = clientId;
    this.clientSecret = clientSecret;
    this.grants = grants;
    this.faults = faults;
  }

  List<IssuerCall> calls() {
    return List.copyOf(calls);
  }

  int refused() {
    return refused.get();
  }

  @Override
  public String getName() {
    return NAME;
  }

  @Override
  public boolean applyGlobally() {
    return false;
  }

  /** An answer, and what to note of it. */
  private record Answer(
      ResponseDefinitionBuilder response, int status, String outcome, boolean accepted) {
    static Answer fault(ResponseDefinitionBuilder response, int status, IssuerFault fault) {
      return new Answer(response, status, fault.toString(), false);
    }

    /** The same work, with another fate of its answer. */
    Answer lost(IssuerFault fault) {
      return new Answer(
          new ResponseDefinitionBuilder().withFault(Fault.EMPTY_RESPONSE),
          0,
          fault.toString(),
          accepted);
    }
  }

  @Override
  public ResponseDefinition transform(ServeEvent event) {
    Instant at = Instant.now();
    ForgejoRequest request = ForgejoRequest.of(event.getRequest());
    Answer answer = answer(request, faults.take());
    calls.add(
        new IssuerCall(
            at, request.refreshToken(), answer.status(), answer.outcome(), answer.accepted()));
    return answer.response().build();
  }

  private Answer answer(ForgejoRequest request, @Nullable IssuerFault fault) {
    return switch (fault) {
      case null -> grant(request, true, true);
      case IssuerFault.NoExpiry none -> grant(request, false, true);
      case IssuerFault.NoRefreshToken none -> grant(request, true, false);
      case IssuerFault.AnswerLost lost -> grant(request, true, true).lost(lost);
      case IssuerFault.Slow slow -> {
        Answer answer = grant(request, true, true);
        answer.response().withFixedDelay(Math.toIntExact(slow.delay().toMillis()));
        yield answer;
      }
      case IssuerFault.Silence silence ->
          Answer.fault(new ResponseDefinitionBuilder().withStatus(503), 503, silence);
      case IssuerFault.Reset reset ->
          Answer.fault(
              new ResponseDefinitionBuilder().withFault(Fault.CONNECTION_RESET_BY_PEER), 0, reset);
      case IssuerFault.Status status -> {
        var response =
            new ResponseDefinitionBuilder()
                .withStatus(status.status())
                .withHeader("Content-Type", "text/html; charset=utf-8")
                .withBody("<!DOCTYPE html><html><body>" + status.status() + "</body></html>");
        if (status.retryAfter() != null) {
          response.withHeader("Retry-After", status.retryAfter());
        }
        yield Answer.fault(response, status.status(), status);
      }
      case IssuerFault.Nonsense nonsense ->
          Answer.fault(
              new ResponseDefinitionBuilder()
                  .withStatus(200)
                  .withHeader("Content-Type", nonsense.contentType())
                  .withBody(nonsense.body()),
              200,
              nonsense);
      case IssuerFault.Echo echo ->
          Answer.fault(
              json(
                  echo.status(),
                  JSON.createObjectNode()
                      .put("error", echo.error())
                      .put(
                          "error_description",
                          "refresh_token %s of client %s with secret %s"
                              .formatted(request.refreshToken(), clientId, clientSecret))
                      .put("error_uri", "https://error.example/?" + request.refreshToken())),
              echo.status(),
              echo);
    };
  }

  private Answer grant(ForgejoRequest request, boolean expiry, boolean rotation) {
    try {
      authenticate(request);
      ForgejoGrants.Pair pair = pair(request, rotation);
      ObjectNode body =
          JSON.createObjectNode()
              .put("access_token", pair.accessToken())
              .put("token_type", "bearer");
      if (expiry) {
        body.put("expires_in", pair.lifespan().toSeconds());
      }
      if (rotation) {
        body.put("refresh_token", pair.refreshToken());
      }
      return new Answer(json(200, body), 200, "issued", true);
    } catch (ForgejoRefusal e) {
      if (e.isOfTheToken()) {
        refused.incrementAndGet();
      }
      ObjectNode body =
          JSON.createObjectNode().put("error", e.error()).put("error_description", e.getMessage());
      return new Answer(json(400, body), 400, e.getMessage(), false);
    }
  }

  private ForgejoGrants.Pair pair(ForgejoRequest request, boolean rotation) throws ForgejoRefusal {
    if (request.grantType().equals("authorization_code")) {
      return grants.authorize(
          people.redeem(
              request.parameter("code"),
              request.parameter("redirect_uri"),
              request.parameter("code_verifier")));
    }
    return rotation ? grants.rotate(request.refreshToken()) : grants.keep(request.refreshToken());
  }

  private void authenticate(ForgejoRequest request) throws ForgejoRefusal {
    ForgejoRequest.Client client = request.client();
    if (!request.grantType().equals("refresh_token")
        && !request.grantType().equals("authorization_code")) {
      throw ForgejoRefusal.ofRequest(
          "unsupported_grant_type",
          "Only refresh_token or authorization_code grant type is supported");
    }
    if (!client.id().equals(clientId)) {
      throw ForgejoRefusal.ofRequest(
          "invalid_client", "cannot load client with client id: \"" + client.id() + "\"");
    }
    if (!client.secret().equals(clientSecret)) {
      throw ForgejoRefusal.ofRequest(
          "invalid_client",
          client.secret().isEmpty() ? "invalid empty client secret" : "invalid client secret");
    }
  }

  private static ResponseDefinitionBuilder json(int status, ObjectNode body) {
    return new ResponseDefinitionBuilder()
        .withStatus(status)
        .withHeader("Content-Type", "application/json;charset=utf-8")
        .withBody(body.toString());
  }
}

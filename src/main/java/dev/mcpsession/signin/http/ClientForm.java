package dev.mcpsession.signin.http;

import dev.mcpsession.gateway.site.SiteAnswer;
import dev.mcpsession.gateway.site.SiteRequest;
import dev.mcpsession.signin.identity.OAuthErrorCode;
import dev.mcpsession.signin.identity.SignInEvents;
import dev.mcpsession.signin.web.Parameters;
import java.util.Optional;

/** What a client posts to the token and the revocation endpoint. */
final class ClientForm {
  private final Parameters parameters;

  private ClientForm(Parameters parameters) {
    this.parameters = parameters;
  }

  /** A request that cannot be judged. Without a stack trace, since anybody can cause it. */
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final OAuthErrorCode code;

    RefusedException(OAuthErrorCode code, String why) {
      super(why, null, false, false);
      this.code = code;
    }

    /** The answer, which is counted. */
    SiteAnswer answer(SignInEvents.Place place, SignInEvents events) {
      events.refused(place, code);
      return OAuthAnswers.error(code, String.valueOf(getMessage()));
    }
  }

  /** Of a request with the method POST. */
  static ClientForm read(SiteRequest request) throws RefusedException {
    if (!request.headers("Authorization").isEmpty()) {
      throw new RefusedException(
          OAuthErrorCode.invalid_client,
          "clients have no secret here: leave out Authorization, and send client_id in the form");
    }
    Optional<Parameters> form = Parameters.ofForm(request);
    if (form.isEmpty()) {
      throw invalid("the body must be a form (application/x-www-form-urlencoded)");
    }
    if (form.get().repeated().isPresent()) {
      throw invalid("a parameter is there more than once");
    }
    return new ClientForm(form.get());
  }

  Optional<String> find(String name) {
    return parameters.first(name);
  }

  String get(String name) throws RefusedException {
    return find(name).orElseThrow(() -> invalid("the parameter " + name + " is missing"));
  }

  Parameters parameters() {
    return parameters;
  }

  private static RefusedException invalid(String why) {
    return new RefusedException(OAuthErrorCode.invalid_request, why);
  }
}

package dev.mcpsession.signin.authorize;

import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.signin.client.Client;
import dev.mcpsession.signin.client.RedirectUri;
import dev.mcpsession.signin.identity.OAuthErrorCode;
import dev.mcpsession.signin.identity.SignIn.ClientName;
import java.net.URI;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * PURE. What a request for authorization is worth. As long as the redirect URI is not known to be
 * the client's, nothing is sent there: the user is told (RFC 6749, section 4.1.2.1).
 */
public sealed interface AuthorizeDecision {
  /** The request is good. */
  record Accepted(AuthorizationRequest request, Set<Prompt> prompts) implements AuthorizeDecision {
    public Accepted {
      prompts = Set.copyOf(prompts);
    }
  }

  /**
   * The client is told.
   *
   * @param description for whoever runs the client
   */
  record Refused(ClientRedirect redirect, OAuthErrorCode error, String description)
      implements AuthorizeDecision {}

  /**
   * The user is told, since nobody else can be.
   *
   * @param message in a sentence
   */
  record Stopped(String message) implements AuthorizeDecision {}

  /** What the client wants the user to be asked (OpenID Connect Core, section 3.1.2.1). */
  enum Prompt {
    /** The user is asked for consent even if they gave it before. */
    CONSENT,
    /** The user is asked who they are even if the provider knows. */
    LOGIN
  }

  /**
   * What is offered at a resource.
   *
   * @param scopes that its template requires
   */
  record Offer(McpResource resource, List<String> scopes) {
    public Offer {
      scopes = List.copyOf(scopes);
    }
  }

  /** SHA-256 in base64url (RFC 7636, section 4.2). */
  Pattern CHALLENGE = Pattern.compile("[A-Za-z0-9_-]{43}");

  /** It comes back in a cookie, which has room for so many characters. */
  int LONGEST_STATE = 1024;

  /** Printable ASCII (RFC 6749, appendix A.5). */
  Pattern STATE = Pattern.compile("[\\x20-\\x7e]*");

  /** Of the parameters that there are. */
  Pattern NAME = Pattern.compile("[a-z_]{1,40}");

  /**
   * Judges a request.
   *
   * @param client whose id was sent
   * @param idHash SHA-256 of that id, in hexadecimal digits
   * @param offers what is offered at a resource's URL; empty: nothing that users sign in for
   */
  static AuthorizeDecision of(
      RequestedAuthorization sent,
      Client client,
      String idHash,
      Function<String, Optional<Offer>> offers) {
    if (sent.repeated().filter(Set.of("client_id", "redirect_uri")::contains).isPresent()) {
      return new Stopped("The request names a client or an address to return to twice.");
    }
    Optional<String> redirectUri = sent.redirectUri();
    if (redirectUri.isEmpty()) {
      return new Stopped(
          "The client did not say where to return to (redirect_uri), so it could not be told that"
              + " you signed in.");
    }
    if (client.redirectUris().stream()
        .noneMatch(it -> RedirectUri.matches(it, redirectUri.get()))) {
      return new Stopped(
          "The client wants the browser to return to an address that is not one of its own"
              + " (redirect_uri). Nothing was sent there.");
    }
    ClientName name =
        new ClientName(
            idHash, client.name(), client.documentHost().orElseGet(() -> host(redirectUri.get())));
    return judge(sent, client, name, redirectUri.get(), offers);
  }

  private static AuthorizeDecision judge(
      RequestedAuthorization sent,
      Client client,
      ClientName name,
      String redirectUri,
      Function<String, Optional<Offer>> offers) {
    Optional<String> state = sent.state().filter(AuthorizeDecision::isFit);
    ClientRedirect redirect = new ClientRedirect(redirectUri, state);
    if (sent.repeated().isPresent()) {
      return invalid(redirect, "a parameter is there twice" + named(sent.repeated().get()));
    }
    if (sent.state().isPresent() && state.isEmpty()) {
      return invalid(redirect, "state must be at most 1024 printable ASCII characters");
    }
    if (sent.hasRequestObject()) {
      return new Refused(
          redirect,
          OAuthErrorCode.request_not_supported,
          "send parameters instead of a request object");
    }
    if (sent.responseType().isEmpty()) {
      return invalid(redirect, "response_type is missing; it must be code");
    }
    if (!sent.responseType().get().equals("code")) {
      return new Refused(
          redirect, OAuthErrorCode.unsupported_response_type, "response_type must be code");
    }
    if (!sent.responseMode().orElse("query").equals("query")) {
      return invalid(redirect, "response_mode must be query");
    }
    if (!sent.codeChallengeMethod().orElse("plain").equals("S256")
        || sent.codeChallenge().filter(it -> CHALLENGE.matcher(it).matches()).isEmpty()) {
      return invalid(redirect, "PKCE is required: code_challenge, with code_challenge_method S256");
    }
    return target(sent, client, name, redirect, offers);
  }

  private static AuthorizeDecision target(
      RequestedAuthorization sent,
      Client client,
      ClientName name,
      ClientRedirect redirect,
      Function<String, Optional<Offer>> offers) {
    Optional<Offer> offer =
        sent.resources().size() == 1 ? offers.apply(sent.resources().getFirst()) : Optional.empty();
    if (offer.isEmpty()) {
      return new Refused(
          redirect,
          OAuthErrorCode.invalid_target,
          sent.resources().isEmpty()
              ? "resource is required: the URL of the MCP server that the token is for (RFC 8707)"
              : "resource must be one URL of an MCP server that users sign in for here");
    }
    Set<String> prompts = words(sent.prompt());
    if (prompts.contains("none")) {
      return new Refused(redirect, OAuthErrorCode.interaction_required, "the user has to be asked");
    }
    AuthorizationRequest request =
        new AuthorizationRequest(
            name,
            client.documentHost(),
            redirect.uri(),
            redirect.state(),
            sent.codeChallenge().orElseThrow(),
            offer.get().resource(),
            granted(words(sent.scope()), offer.get().scopes()));
    Set<Prompt> known = new LinkedHashSet<>();
    if (prompts.contains("consent")) {
      known.add(Prompt.CONSENT);
    }
    if (prompts.contains("login") || prompts.contains("select_account")) {
      known.add(Prompt.LOGIN);
    }
    return new Accepted(request, known);
  }

  /** Those that mean something here (RFC 6749, section 3.3); all of them for who names none. */
  private static List<String> granted(Set<String> requested, List<String> known) {
    List<String> granted = known.stream().filter(requested::contains).toList();
    return granted.isEmpty() ? known : granted;
  }

  private static Set<String> words(Optional<String> text) {
    return new LinkedHashSet<>(Arrays.asList(text.orElse("").split(" +")));
  }

  private static boolean isFit(String state) {
    return state.length() <= LONGEST_STATE && STATE.matcher(state).matches();
  }

  private static Refused invalid(ClientRedirect redirect, String description) {
    return new Refused(redirect, OAuthErrorCode.invalid_request, description);
  }

  /** Only a name is told to the client, lest somebody else's words come from this server. */
  private static String named(String parameter) {
    return NAME.matcher(parameter).matches() ? ": " + parameter : "";
  }

  private static String host(String redirectUri) {
    return URI.create(redirectUri).getHost();
  }
}

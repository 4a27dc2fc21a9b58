package dev.mcpsession.signin;

import dev.mcpsession.metrics.MeterDescription;
import java.util.List;

/**
 * Every meter of sign-in. The values of labels are those of enums of this program: nothing that a
 * user, a client or a provider sends is one.
 */
@SuppressWarnings("ImmutableEnumChecker") // List.of and toList make immutable lists
public enum SignInMeter implements MeterDescription {
  VISITS(
      "mcpsession.signin.visits",
      Type.COUNTER,
      List.of("identity", "outcome"),
      List.of(),
      "Visits of users at providers, by who says who the user is (`upstream`; `issuer`: the"
          + " identity provider, also where the upstream is visited after it) and how they ended"
          + " (`completed`; `denied`: the user said no there; `away`: the provider did not answer;"
          + " `refused`: it did not accept the code, or says of nobody that it is theirs;"
          + " `mismatch`: what came back is of another provider or sign-in; `misconfigured`: an"
          + " administrator has to correct something; `no_refresh_token`). A visit that could not"
          + " begin is counted as well."),
  EXCHANGES(
      "mcpsession.signin.exchanges",
      Type.COUNTER,
      List.of("kind", "outcome"),
      List.of(),
      "Codes and refresh tokens that clients gave for tokens, by kind (`code`, `refresh_token`) and"
          + " outcome (`issued`; `repeated`: the same refresh token again, since the answer may"
          + " have been lost; `refused`; `failed`: what is stored could not be read or changed)."),
  REUSES(
      "mcpsession.signin.reuses",
      Type.COUNTER,
      List.of("kind"),
      List.of(),
      "Sign-ins that were ended because a `code` or `refresh_token` of theirs was used twice."),
  REFUSALS(
      "mcpsession.signin.refusals",
      Type.COUNTER,
      List.of("place", "reason"),
      List.of(),
      "Requests that were refused, by place (`register`, `authorize`, `callback`, `token`,"
          + " `revoke`, `account`) and reason: the error code that the client gets, or would get"
          + " (`invalid_request`, `invalid_client`, `invalid_grant`, `unsupported_grant_type`,"
          + " `unsupported_response_type`, `invalid_scope`, `invalid_target`,"
          + " `request_not_supported`, `interaction_required`, `access_denied`, `server_error`,"
          + " `temporarily_unavailable`, `invalid_redirect_uri`, `invalid_client_metadata`)."),
  PROVIDER_CALLS(
      "mcpsession.signin.provider.calls",
      Type.COUNTER,
      List.of("endpoint", "outcome"),
      List.of(),
      "Requests of the gateway to upstreams and the identity provider, by endpoint (`token`,"
          + " `revocation`, `userinfo`, `document`: metadata and keys) and outcome (`success`;"
          + " `rejected`: the code was not accepted; `misconfigured`: client, scope or URL;"
          + " `unavailable`)."),
  PROVIDER_CALL_DURATION(
      "mcpsession.signin.provider.call.duration",
      Type.HISTOGRAM,
      List.of("endpoint"),
      List.of(
          "10ms", "25ms", "50ms", "100ms", "250ms", "500ms", "1s", "2500ms", "5s", "10s", "30s"),
      "Seconds that such a request took, whatever its outcome."),
  OPEN(
      "mcpsession.signin.open",
      Type.GAUGE,
      List.of(),
      List.of(),
      "Sign-ins that have not ended, of clients and of browsers at the account page. Each replica"
          + " knows all of them."),
  KEY_AGE(
      "mcpsession.signin.key.age",
      Type.GAUGE,
      List.of(),
      List.of(),
      "Seconds since the key that signs access tokens came into use; not a number until the keys"
          + " were read.");

  private final Row row;

  SignInMeter(String id, Type type, List<String> labels, List<String> buckets, String meaning) {
    this.row = Row.of(id, type, labels, buckets, meaning);
  }

  @Override
  public Row row() {
    return row;
  }

  @Override
  public boolean isTime() {
    return this == KEY_AGE || type() == Type.HISTOGRAM;
  }
}

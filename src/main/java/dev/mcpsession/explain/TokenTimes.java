package dev.mcpsession.explain;

import dev.mcpsession.api.McpSessionStatus;
import dev.mcpsession.api.OAuth2Source;
import dev.mcpsession.api.TokenSpec;
import dev.mcpsession.api.TokenSpec.SecretSource;
import dev.mcpsession.api.TokenSpec.ServiceAccountSource;
import dev.mcpsession.plan.observed.Observation;
import dev.mcpsession.plan.observed.ObservedPod;
import dev.mcpsession.plan.timing.RenewalPolicy;
import dev.mcpsession.plan.timing.RenewalPolicy.Renewal;
import dev.mcpsession.token.SourceState;
import dev.mcpsession.token.TokenInfo;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where the token comes from, when it expires, and how its renewal time is computed. */
record TokenTimes(Observation seen, Moment moment) {
  void write(TextTable table) {
    TokenSpec spec = seen.session().spec().token();
    if (spec == null) {
      table.put(
          "Token",
          seen.session().template().isMissing()
              ? "not known without the template"
              : "none is asked for");
      return;
    }
    table.put("Token", "from " + source(spec) + "; " + expiry());
    TokenInfo token = token();
    Renewal renewal =
        token == null
            ? null
            : RenewalPolicy.renewal(token, spec.renewBefore(), seen.session().uid());
    if (renewal != null) {
      table.put("Renewal", "at " + moment.tell(renewal.at()));
      table.more(reckoning(spec, renewal));
    } else if (renewalOfStatus() != null) {
      table.put("Renewal", "at " + moment.tell(renewalOfStatus()) + ", as the status says");
    }
    String holds = holds(token);
    if (holds != null) {
      table.put("Token source", holds);
    }
  }

  private static String source(TokenSpec spec) {
    return switch (spec.source()) {
      case ServiceAccountSource source -> "Kubernetes, for ServiceAccount " + source.name();
      case SecretSource source -> "Secret " + source.name();
      case OAuth2Source source -> source.fieldName() + " at " + source.tokenEndpoint();
      case null -> "a source that is not set";
    };
  }

  private String expiry() {
    McpSessionStatus status = seen.session().status();
    if (status == null || status.podName() == null) {
      return "no backend holds one";
    }
    return status.tokenExpirationTime() == null
        ? "the one that serves has no known expiry"
        : "the one that serves expires at " + moment.tell(status.tokenExpirationTime());
  }

  private @Nullable Instant renewalOfStatus() {
    return seen.session().status() == null ? null : seen.session().status().renewalTime();
  }

  /** The token of the serving backend. */
  private @Nullable TokenInfo token() {
    McpSessionStatus status = seen.session().status();
    ObservedPod pod =
        status == null || status.podName() == null || status.revision() == null
            ? null
            : seen.children().ownPod(status.revision());
    return pod == null ? null : pod.token();
  }

  private static String reckoning(TokenSpec spec, Renewal renewal) {
    Duration asked = spec.renewBefore();
    String lead =
        renewal.lead().equals(asked)
            ? "renewBeforeSeconds " + asked.toSeconds()
            : "a third of its life, since renewBeforeSeconds " + asked.toSeconds() + " is more";
    return Moment.words(renewal.lead())
        + " before it expires ("
        + lead
        + "), and "
        + Moment.words(renewal.jitter())
        + " earlier, which the session's uid gives";
  }

  /** Null if there is nothing to report. */
  private @Nullable String holds(@Nullable TokenInfo token) {
    return switch (seen.source()) {
      case SourceState.Unwatched unwatched -> {
        boolean hasSecrets =
            seen.session().spec().token() != null
                && !seen.session().spec().token().secretNames().isEmpty();
        yield hasSecrets ? "is not watched, but read when a token is needed" : null;
      }
      case SourceState.Available available -> usable(token);
      case SourceState.OnDemand(String settings, TokenInfo held) ->
          held == null ? null : usable(token);
      case SourceState.Unavailable unavailable -> "holds nothing usable: " + unavailable.message();
    };
  }

  private String usable(@Nullable TokenInfo token) {
    return token != null && seen.source().supersedes(token, moment.now())
        ? "holds another token than the one that serves"
        : token == null ? "holds a token" : "holds nothing newer than what serves";
  }
}

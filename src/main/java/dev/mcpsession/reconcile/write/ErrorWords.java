package dev.mcpsession.reconcile.write;

import dev.mcpsession.kube.ApiErrors;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the API server says of a request that failed, in one line for conditions and logs. */
final class ErrorWords {
  private static final int LONGEST = 400;

  private static final Pattern WEBHOOK =
      Pattern.compile("(failed calling|admission) webhook \"([-.A-Za-z0-9/]{1,253})\"");

  private static final Pattern QUOTA =
      Pattern.compile("exceeded quota: ([-.a-z0-9]{1,253}), requested: [-.a-z0-9=/,: ]*");

  private static final Pattern RIGHT =
      Pattern.compile("User \"[-.:A-Za-z0-9@]+\" cannot [a-z]+ resource \"secrets\"");

  private ErrorWords() {}

  /** At most {@value #LONGEST} characters. */
  static String of(KubernetesClientException e) {
    return oneLine(e.getCode() > 0 ? ApiErrors.words(e) : ApiErrors.reason(e));
  }

  /**
   * Of a request with a token in it, which a webhook may repeat: only what the API server itself
   * says.
   */
  static String ofSecret(KubernetesClientException e) {
    if (e.getCode() <= 0) {
      return oneLine(ApiErrors.reason(e));
    }
    String said = ApiErrors.words(e);
    Matcher webhook = WEBHOOK.matcher(said);
    if (webhook.find()) {
      boolean unreachable = webhook.group(1).startsWith("failed");
      return unreachable
          ? webhook.group() + why(said)
          : webhook.group() + " denied the request; its words may hold the token and are left out";
    }
    for (Pattern known : new Pattern[] {QUOTA, RIGHT}) {
      Matcher matcher = known.matcher(said);
      if (matcher.find()) {
        return oneLine(matcher.group());
      }
    }
    String reason = e.getStatus() == null ? null : e.getStatus().getReason();
    return "answered with " + e.getCode() + (reason == null ? "" : " " + oneLine(reason));
  }

  private static String why(String said) {
    Matcher service =
        Pattern.compile("(no endpoints available for service|service) \"[-.a-z0-9]+\"( not found)?")
            .matcher(said);
    if (service.find()) {
      return ": " + service.group();
    }
    return said.contains("context deadline exceeded")
        ? ": context deadline exceeded"
        : said.contains("connection refused") ? ": connection refused" : "";
  }

  private static String oneLine(String text) {
    String line = text.strip().replaceAll("[\\p{Cntrl}\\s]+", " ");
    return line.length() > LONGEST ? line.substring(0, LONGEST - 1) + "…" : line;
  }
}

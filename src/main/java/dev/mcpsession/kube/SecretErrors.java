package dev.mcpsession.kube;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What may be told of a request with a Secret that failed. The message of the API server, of an
 * admission webhook or of a policy may repeat the Secret, so only parts of a known form are shown.
 */
public final class SecretErrors {
  private static final int LONGEST_FIELD = 30;
  private static final String DENIED =
      " denied the request; its words may hold the token and are left out";

  private static final Pattern QUOTA =
      Pattern.compile(
          "secrets \"[a-z0-9.-]+\" is forbidden: (exceeded quota: [a-z0-9.-]{1,253},"
              + " requested: [a-z0-9/.=,-]+, used: [a-z0-9/.=,-]+, limited: [a-z0-9/.=,-]+)");
  private static final Pattern RIGHTS =
      Pattern.compile(
          "secrets (?:\"[a-z0-9.-]+\" )?is forbidden:"
              + " (User \"[A-Za-z0-9:.@-]+\" cannot [a-z]+ resource \"secrets\").*");
  private static final Pattern WEBHOOK =
      Pattern.compile(
          "(?:Internal error occurred: )?(admission|failed calling) webhook"
              + " \"([a-zA-Z0-9./-]{1,253})\".*");
  private static final Pattern POLICY =
      Pattern.compile(
          "secrets \"[a-z0-9.-]+\" is forbidden:"
              + " ValidatingAdmissionPolicy '([a-zA-Z0-9.-]{1,253})'.*");
  private static final Pattern SERVICE =
      Pattern.compile("(no endpoints available for service|service) \"[-.a-z0-9]+\"( not found)?");
  private static final Pattern FIELD =
      Pattern.compile("(metadata\\.[a-z]+|data|stringData|type|immutable)\\b.*", Pattern.DOTALL);

  private SecretErrors() {}

  /** The cause, else the status code, on one line, without anything that may be in the Secret. */
  public static String words(KubernetesClientException e) {
    if (e.getCode() <= 0) {
      return ApiErrors.reason(e);
    }
    String cause = cause(ApiErrors.words(e).strip());
    return cause == null ? "answered with " + e.getCode() + fields(e.getStatus()) : cause;
  }

  private static @Nullable String cause(String message) {
    Matcher quota = QUOTA.matcher(message);
    if (quota.matches()) {
      return quota.group(1);
    }
    Matcher rights = RIGHTS.matcher(message);
    if (rights.matches()) {
      return rights.group(1);
    }
    Matcher webhook = WEBHOOK.matcher(message);
    if (webhook.matches()) {
      String name = webhook.group(1) + " webhook \"" + webhook.group(2) + "\"";
      return webhook.group(1).startsWith("failed") ? name + whyNotCalled(message) : name + DENIED;
    }
    Matcher policy = POLICY.matcher(message);
    return policy.matches()
        ? "ValidatingAdmissionPolicy \"" + policy.group(1) + "\"" + DENIED
        : null;
  }

  private static String whyNotCalled(String message) {
    Matcher service = SERVICE.matcher(message);
    if (service.find()) {
      return ": " + service.group();
    }
    return message.contains("context deadline exceeded")
        ? ": context deadline exceeded"
        : message.contains("connection refused") ? ": connection refused" : "";
  }

  private static String fields(@Nullable Status status) {
    List<StatusCause> causes =
        status == null || status.getDetails() == null ? List.of() : status.getDetails().getCauses();
    String fields =
        causes.stream()
            .map(StatusCause::getField)
            .filter(Objects::nonNull)
            .map(FIELD::matcher)
            .filter(Matcher::matches)
            .map(field -> field.group(1))
            .filter(field -> field.length() < LONGEST_FIELD)
            .distinct()
            .collect(Collectors.joining(", "));
    return fields.isEmpty() ? "" : "; fields: " + fields;
  }
}
